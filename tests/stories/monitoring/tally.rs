//! Ends and failures are counted where they are written, and added up by the relay: at any moment the counts are those of the rows.

use catalog::CountTestSets;
use chrono::{TimeDelta, Utc};
use store::{DeadLetters, EndedTasks};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::{Context, Worker};

const KIND: &str = "count_test_sets";

fn passing(system: &System) -> Worker {
    system.worker(|_: CountTestSets, _: Context| async { Ok(1) })
}

fn failing(system: &System, error: &'static str) -> Worker {
    system.worker(move |_: CountTestSets, _: Context| async move { Err::<i64, _>(Error::permanent(error)) })
}

async fn end(system: &System, worker: &Worker, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(system.start(&CountTestSets {}).await);
    }
    system.drain(KIND, worker).await;
    ids
}

async fn change(system: &System, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(system.database.owner()).await.unwrap();
}

async fn revoke(system: &System, id: Uuid) {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::revoke(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn redrive(system: &System, ids: &[Uuid]) {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let redriven = store::redrive(&mut tx, ids, 0.0).await.unwrap();
    tx.commit().await.unwrap();
    system.queue().dispatch(&redriven.wakes).await;
}

async fn ended(system: &System, step: TimeDelta) -> Vec<EndedTasks> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::ended_tasks(&mut tx, Utc::now() - TimeDelta::days(7), step).await.unwrap()
}

/// Successes, failures and revoked tasks of the last week.
async fn sums(system: &System) -> (i64, i64, i64) {
    let ended = ended(system, TimeDelta::hours(1)).await;
    let sum = |of: fn(&EndedTasks) -> i64| ended.iter().map(of).sum();
    (sum(|one| one.succeeded), sum(|one| one.failed), sum(|one| one.revoked))
}

async fn letters(system: &System) -> Vec<(Option<String>, i64)> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let found = store::dead_letters(&mut tx, None, None, 100).await.unwrap();
    let mut counts: Vec<_> =
        found.into_iter().map(|DeadLetters { message, count, .. }| (message, count)).collect();
    counts.sort();
    counts
}

fn of(message: &str, count: i64) -> (Option<String>, i64) {
    (Some(message.into()), count)
}

#[tokio::test]
async fn every_end_counts_once_before_and_after_it_is_added_up_whoever_adds_up() {
    let system = System::new().await;
    end(&system, &passing(&system), 13).await;
    end(&system, &failing(&system, "no credit"), 3).await;
    let waiting = system.start(&CountTestSets {}).await;
    revoke(&system, waiting).await;
    assert_eq!(sums(&system).await, (13, 3, 1));
    let (one, two, three) =
        tokio::join!(system.relay.add_up(4), system.relay.add_up(2), system.relay.add_up(3));
    assert!(one.unwrap() + two.unwrap() + three.unwrap() > 0);
    assert_eq!(sums(&system).await, (13, 3, 1), "half of it is added up");
    while system.relay.add_up(100).await.unwrap() > 0 {}
    assert_eq!(sums(&system).await, (13, 3, 1), "all of it is");
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    let theirs =
        store::ended_tasks(&mut tx, Utc::now() - TimeDelta::days(1), TimeDelta::hours(1)).await.unwrap();
    assert_eq!(theirs, [], "another tenant's");
}

#[tokio::test]
async fn an_end_is_counted_at_the_moment_at_which_its_task_says_that_it_ended() {
    let system = System::new().await;
    end(&system, &passing(&system), 3).await;
    end(&system, &failing(&system, "no credit"), 2).await;
    let waiting = system.start(&CountTestSets {}).await;
    revoke(&system, waiting).await;
    let apart: Vec<Uuid> = sql::query_scalar(
        "select id from tasks.task t
         where not exists (select from tasks.tally where organization_id = t.organization_id and ended_at = t.finished_at)",
    )
    .fetch_all(system.database.owner())
    .await
    .unwrap();
    assert_eq!(
        apart,
        Vec::<Uuid>::new(),
        "at the turn of a minute they would be counted in another one than they show"
    );
}

#[tokio::test]
async fn failed_tasks_are_counted_by_their_error_through_beginning_anew_and_their_deletion() {
    let system = System::new().await;
    let gone = end(&system, &failing(&system, "no credit"), 5).await;
    end(&system, &failing(&system, "endpoint gone"), 2).await;
    assert_eq!(letters(&system).await, [of("endpoint gone", 2), of("no credit", 5)]);
    while system.relay.add_up(100).await.unwrap() > 0 {}
    redrive(&system, &gone[..3]).await;
    assert_eq!(letters(&system).await, [of("endpoint gone", 2), of("no credit", 2)], "three have begun anew");
    system.drain(KIND, &failing(&system, "endpoint gone")).await;
    while system.relay.add_up(100).await.unwrap() > 0 {}
    assert_eq!(letters(&system).await, [of("endpoint gone", 5), of("no credit", 2)]);

    change(&system, "update tasks.task set finished_at = finished_at - interval '400 days' where error ->> 'message' = 'no credit'").await;
    let pruned = system.relay.prune(100).await.unwrap();
    assert_eq!((pruned, letters(&system).await), (2, vec![of("endpoint gone", 5)]));
    while system.relay.add_up(100).await.unwrap() > 0 {}
    let left: i64 = sql::query_scalar("select count(*) from tasks.dead_letter")
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    assert_eq!(left, 1, "an error without a failed task has no row");
}

#[tokio::test]
async fn a_failure_that_nobody_counted_is_found_when_the_rows_are_counted_anew() {
    let system = System::new().await;
    end(&system, &failing(&system, "no credit"), 4).await;
    while system.relay.add_up(100).await.unwrap() > 0 {}
    change(&system, "update tasks.dead_letter set count = 1").await;
    // One more, that no relay has added up yet.
    end(&system, &failing(&system, "no credit"), 1).await;
    system.relay.tidy_tally(10).await.unwrap();
    assert_eq!(letters(&system).await, [of("no credit", 5)]);
    while system.relay.add_up(100).await.unwrap() > 0 {}
    assert_eq!(letters(&system).await, [of("no credit", 5)]);
}

#[tokio::test]
async fn minutes_become_hours_after_a_day_and_go_after_a_week() {
    let system = System::new().await;
    end(&system, &passing(&system), 1).await;
    while system.relay.add_up(100).await.unwrap() > 0 {}
    let minutes = "insert into tasks.ended_tasks
      select organization_id, kind, date_trunc('hour', clock_timestamp(), 'UTC') - $ + make_interval(mins => minute), 1, 0, 0
      from tasks.ended_tasks, generate_series(0, 59) minute where since > clock_timestamp() - interval '2 minutes'";
    change(&system, &minutes.replace('$', "interval '48 hours'")).await;
    change(&system, &minutes.replace('$', "interval '9 days'")).await;
    relay::sweep(&system.relay, &system.queue(), crate::lifecycle::soon()).await.unwrap();
    let rows: i64 = sql::query_scalar("select count(*) from tasks.ended_tasks")
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    assert_eq!(rows, 2, "an hour, and the minute that runs");
    assert_eq!(sums(&system).await, (61, 0, 0));
    let spans = ended(&system, TimeDelta::hours(2)).await;
    assert_eq!(spans.len(), 2, "{spans:?}");
}
