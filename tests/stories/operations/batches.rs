//! What somebody does to all tasks that a filter matches.

use catalog::CountTestSets;
use store::{BatchOperation, NewBatchOperation, NewTask};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::{Context, Worker};

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

fn failing(system: &System) -> Worker {
    system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::permanent("no credit")) })
}

fn all(operation: &str) -> NewBatchOperation {
    NewBatchOperation { operation: operation.into(), kind: Some(KIND.into()), ..NewBatchOperation::default() }
}

async fn start(system: &System, count: usize) -> Vec<Uuid> {
    let tasks: Vec<NewTask> = (0..count).map(|_| NewTask::of(&CountTestSets {})).collect();
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let started = store::enqueue(&mut tx, &tasks).await.unwrap();
    tx.commit().await.unwrap();
    system.queue().dispatch(&started.wakes).await;
    started.ids
}

async fn begin(system: &System, new: &NewBatchOperation, dry_run: bool) -> Option<BatchOperation> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let begun = store::begin_batch_operation(&mut tx, new, dry_run).await.unwrap();
    tx.commit().await.unwrap();
    begun
}

async fn portion(system: &System, id: Uuid, limit: i32) -> bool {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let portion = store::continue_batch_operation(&mut tx, id, limit).await.unwrap();
    tx.commit().await.unwrap();
    portion.is_some()
}

async fn look(system: &System, id: Uuid) -> BatchOperation {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::find_batch_operation(&mut tx, id).await.unwrap().unwrap()
}

async fn with(system: &System, status: &str) -> i64 {
    let query = "select count(*) from tasks.task_state where status = $1";
    sql::query_scalar(query).bind(status).fetch_one(system.database.owner()).await.unwrap()
}

#[tokio::test]
async fn all_that_match_are_counted_first_and_then_revoked_in_portions_by_whoever_goes_on() {
    let system = System::new().await;
    start(&system, 25).await;
    let told = begin(&system, &all("revoke"), true).await.unwrap();
    assert_eq!((told.id, told.matched, with(&system, "REVOKED").await), (None, 25, 0), "it was only counted");
    let id = begin(&system, &all("revoke"), false).await.unwrap().id.unwrap();
    start(&system, 3).await;
    assert!(portion(&system, id, 10).await);
    assert_eq!((look(&system, id).await.done, with(&system, "REVOKED").await), (10, 10));
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    let through = look(&system, id).await;
    assert_eq!((through.matched, through.done, through.skipped), (25, 25, 0));
    assert!(through.finished_at.is_some() && !portion(&system, id, 10).await);
    assert_eq!(with(&system, "PENDING").await, 3, "what was started since is not its");
}

#[tokio::test]
async fn failed_tasks_begin_anew_at_the_rate_that_was_asked_for() {
    let system = System::new().await;
    start(&system, 90).await;
    system.drain(KIND, &failing(&system)).await;
    let new = NewBatchOperation { rate: Some(2.0), status: Some("FAILURE".into()), ..all("retry") };
    let id = begin(&system, &new, false).await.unwrap().id.unwrap();
    assert!(portion(&system, id, 500).await);
    assert!(!portion(&system, id, 500).await, "half a minute's worth is done");
    assert_eq!((look(&system, id).await.done, with(&system, "PENDING").await), (60, 60));
    let last: f64 = sql::query_scalar(
        "select extract(epoch from max(not_before) - min(not_before))::float8 from tasks.outbox",
    )
    .fetch_one(system.database.owner())
    .await
    .unwrap();
    assert!((29.0..30.5).contains(&last), "{last}");
    sql::query("update tasks.batch_operation set next_at = clock_timestamp()")
        .execute(system.database.owner())
        .await
        .unwrap();
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    let through = look(&system, id).await;
    assert_eq!((through.done, through.finished_at.is_some()), (90, true));
}

#[tokio::test]
async fn an_operation_that_is_stopped_leaves_the_rest_as_it_was_and_says_who_began_and_who_stopped_it() {
    let system = System::new().await;
    start(&system, 20).await;
    let begun = begin(&system, &all("revoke"), false).await.unwrap();
    let id = begun.id.unwrap();
    portion(&system, id, 5).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert!(store::stop_batch_operation(&mut tx, id).await.unwrap());
    assert!(!store::stop_batch_operation(&mut tx, id).await.unwrap(), "once");
    tx.commit().await.unwrap();
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!((with(&system, "REVOKED").await, with(&system, "PENDING").await), (5, 15));
    let stopped = look(&system, id).await;
    assert!(stopped.stopped_at.is_some() && stopped.finished_at.is_some());
    assert_eq!(stopped.user_id, stopped.stopped_by);
}

#[tokio::test]
async fn rival_relays_and_requests_do_it_to_each_task_once_while_tasks_end() {
    let system = System::new().await;
    start(&system, 60).await;
    let worker = failing(&system);
    let id = begin(&system, &all("revoke"), false).await.unwrap().id.unwrap();
    let drain = async {
        let wakes = system.messages.take(KIND, 60);
        for share in wakes.chunks(5) {
            system.deliver(&worker, share).await;
        }
    };
    let go = async { while portion(&system, id, 3).await {} };
    let queue = system.queue();
    let (one, two, ..) = tokio::join!(
        relay::sweep(&system.relay, &queue, soon()),
        relay::sweep(&system.relay, &queue, soon()),
        go,
        drain
    );
    one.unwrap();
    two.unwrap();
    while portion(&system, id, 100).await {}
    let through = look(&system, id).await;
    assert!(through.finished_at.is_some(), "{through:?}");
    let (revoked, failed) = (with(&system, "REVOKED").await, with(&system, "FAILURE").await);
    assert_eq!((revoked + failed, with(&system, "PENDING").await), (60, 0));
    assert_eq!(i64::from(through.done), revoked, "{through:?}");
}

#[tokio::test]
async fn an_organization_has_ten_at_a_time_and_another_sees_and_stops_none_of_them() {
    let system = System::new().await;
    start(&system, 1).await;
    let slow = NewBatchOperation { rate: Some(0.01), ..all("revoke") };
    let mut last = None;
    for _ in 0..10 {
        last = begin(&system, &slow, false).await.unwrap().id;
    }
    assert!(begin(&system, &slow, false).await.is_none(), "the eleventh");
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    let id = last.unwrap();
    assert!(store::find_batch_operation(&mut tx, id).await.unwrap().is_none());
    assert!(!store::stop_batch_operation(&mut tx, id).await.unwrap());
    assert!(store::continue_batch_operation(&mut tx, id, 10).await.unwrap().is_none());
    assert!(
        store::begin_batch_operation(&mut tx, &slow, false).await.unwrap().is_some(),
        "it has its own ten"
    );
}

#[tokio::test]
async fn what_is_private_to_another_user_is_neither_counted_nor_touched() {
    let system = System::new().await;
    let ids = start(&system, 4).await;
    sql::query(
        "with private as (
           insert into tasks.private_subject values (gen_random_uuid(), $2, gen_random_uuid()) returning id)
         update tasks.task set subject_id = private.id, user_id = null from private where task.id = $1",
    )
    .bind(ids[0])
    .bind(system.organization.id)
    .execute(system.database.owner())
    .await
    .unwrap();
    assert_eq!(begin(&system, &all("revoke"), true).await.unwrap().matched, 3);
    begin(&system, &all("revoke"), false).await.unwrap();
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!((with(&system, "REVOKED").await, with(&system, "PENDING").await), (3, 1));
    system.drain(KIND, &failing(&system)).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert_eq!(
        store::dead_letters(&mut tx, None, None, 100).await.unwrap().len(),
        0,
        "nor what became of it"
    );
}
