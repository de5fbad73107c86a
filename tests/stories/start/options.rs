//! What a single task may override.

use catalog::CountTestSets;
use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{BadOption, NewTask, bad_option};
use task::Error;
use testing::System;
use worker::{Context, End};

use crate::lifecycle::{promises, soon};

const KIND: &str = "count_test_sets";

fn plain() -> NewTask {
    NewTask::of(&CountTestSets {})
}

async fn one(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok(1)
}

async fn refused(system: &System, tasks: &[NewTask]) -> BadOption {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let error = store::enqueue(&mut tx, tasks).await.unwrap_err();
    bad_option(&error).unwrap_or_else(|| panic!("{error}"))
}

#[tokio::test]
async fn each_option_out_of_range_is_refused_by_name_and_nothing_is_enqueued() {
    let system = System::new().await;
    let now = Utc::now();
    let bad = [
        ("countdown", NewTask { countdown: Some(-1.0), ..plain() }),
        ("countdown", NewTask { countdown: Some(4e7), ..plain() }),
        ("eta", NewTask { eta: Some(now - TimeDelta::hours(1)), ..plain() }),
        ("eta", NewTask { eta: Some(now + TimeDelta::days(400)), ..plain() }),
        ("eta", NewTask { eta: Some(now + TimeDelta::hours(1)), countdown: Some(1.0), ..plain() }),
        ("expires", NewTask { expires_in: Some(0.0), ..plain() }),
        ("expires", NewTask { expires_in: Some(10.0), countdown: Some(20.0), ..plain() }),
        ("expires", NewTask { expires_at: Some(now - TimeDelta::seconds(1)), ..plain() }),
        (
            "expires",
            NewTask { expires_at: Some(now + TimeDelta::hours(1)), expires_in: Some(1.0), ..plain() },
        ),
        ("expires", NewTask { expires_at: Some(now + TimeDelta::days(732)), ..plain() }),
        ("max_retries", NewTask { max_retries: Some(-1), ..plain() }),
        ("max_retries", NewTask { max_retries: Some(1001), ..plain() }),
        ("backoff.factor", NewTask { backoff_factor: Some(0.0), ..plain() }),
        ("backoff.cap", NewTask { backoff_factor: Some(9.0), backoff_cap: Some(8.0), ..plain() }),
        ("time_limit", NewTask { time_limit: Some(0.5), ..plain() }),
        ("time_limit", NewTask { time_limit: Some(31.0), ..plain() }),
        ("priority", NewTask { priority: Some(2), ..plain() }),
        ("limit_key", NewTask { limit_key: Some(String::new()), ..plain() }),
        ("idempotency_key", NewTask { idempotency_key: Some("x".repeat(256)), ..plain() }),
        ("headers", NewTask { headers: Some(json!([])), ..plain() }),
        ("headers", NewTask { headers: Some(json!({ "x": "y".repeat(9000) })), ..plain() }),
        ("args", NewTask { args: json!(7), ..plain() }),
        ("kind", NewTask::named("make_coffee", json!({}))),
    ];
    for (option, task) in bad {
        let problem = refused(&system, &[plain(), task]).await;
        assert_eq!((problem.option.as_str(), problem.index), (option, 1), "{}", problem.detail);
    }
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_task_that_was_not_begun_in_time_is_revoked_by_the_relay() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), ..plain() }).await;
    system.messages.take_all();
    system.pass(id, 101.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.error.unwrap()["type"].clone()), ("REVOKED", json!("Expired")));
}

#[tokio::test]
async fn an_expired_task_is_ended_by_the_claim_that_meets_it() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), ..plain() }).await;
    system.pass(id, 101.0).await;
    system.drain(KIND, &system.worker(one)).await;
    assert_eq!(system.state(id).await.status, "REVOKED");
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_time_limit_of_its_own_ends_the_attempt() {
    let system = System::new().await;
    let new = NewTask { time_limit: Some(1.0), max_retries: Some(0), ..plain() };
    let id = system.start_new(new).await;
    let worker = system.worker(|_: CountTestSets, _: Context| async {
        std::future::pending::<()>().await;
        Ok(1)
    });
    system.drain(KIND, &worker).await;
    let error = system.state(id).await.error.unwrap();
    assert_eq!(error, json!({ "type": "TimedOut", "message": "did not end within 1 s" }));
}

#[tokio::test]
async fn a_backoff_of_its_own_replaces_that_of_the_kind() {
    let system = System::new().await;
    let mut longest: f64 = 0.0;
    for _ in 0..8 {
        let new = NewTask { backoff_factor: Some(500.0), backoff_cap: Some(800.0), ..plain() };
        let id = system.start_new(new).await;
        let worker =
            system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::retry("no")) });
        system.deliver(&worker, &system.messages.take_all()).await;
        let wait = system.messages.take_all()[0].wait_seconds;
        assert!(wait <= 500.0, "{wait}");
        longest = longest.max(wait);
        assert_eq!(system.state(id).await.status, "RETRY");
    }
    assert!(longest > 4.0, "eight waits between 0 and 500 s: {longest}");
}

#[tokio::test]
async fn headers_travel_with_the_task() {
    let system = System::new().await;
    let headers = Some(json!({ "traceparent": "00-1-2-01" }));
    let id = system.start_new(NewTask { headers, ..plain() }).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        let header = ctx.header("traceparent").cloned();
        Ok(i64::from(header == Some(json!("00-1-2-01"))))
    });
    system.drain(KIND, &worker).await;
    assert_eq!(system.state(id).await.result, Some(json!(1)));
}

#[tokio::test]
async fn ten_thousand_tasks_are_one_call_and_one_commit() {
    let system = System::new().await;
    let tasks: Vec<NewTask> = (0..10_000).map(|_| plain()).collect();
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let enqueued = store::enqueue(&mut tx, &tasks).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(enqueued.ids, tasks.iter().map(|task| task.id).collect::<Vec<_>>());
    assert_eq!((enqueued.wakes.len(), promises(&system).await), (10_000, 10_000));
}

#[tokio::test]
async fn one_bad_task_of_many_refuses_all_and_names_its_place() {
    let system = System::new().await;
    let mut tasks: Vec<NewTask> = (0..500).map(|_| plain()).collect();
    tasks[321].max_retries = Some(-1);
    let problem = refused(&system, &tasks).await;
    assert_eq!((problem.option.as_str(), problem.index), ("max_retries", 321));
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_task_that_began_in_time_does_not_expire_between_its_attempts() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), max_retries: Some(1), ..plain() }).await;
    let failing = system.worker(|_: CountTestSets, _: Context| async {
        Err::<i64, _>(Error::from(std::io::Error::other("busy")))
    });
    system.deliver(&failing, &system.messages.take_all()).await;
    assert_eq!(system.state(id).await.status, "RETRY");
    system.pass(id, 200.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(system.state(id).await.status, "RETRY", "the relay leaves it alone");
    system.drain(KIND, &system.worker(one)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_long_task_that_began_in_time_does_not_expire_between_its_pages() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), ..plain() }).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        match ctx.cursor::<i64>()? {
            None => End::go_on_from(&1),
            Some(page) => Ok(End::Output(page)),
        }
    });
    system.deliver(&worker, &system.messages.take_all()).await;
    system.pass(id, 200.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    system.drain(KIND, &worker).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_claim_that_was_given_back_has_not_begun_and_expires() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), ..plain() }).await;
    let asked = [store::Asked { task_id: id, attempt: 1 }];
    let invocation = worker::Invocation::new("request", "stream", std::time::Duration::from_secs(3));
    system.worker(one).work(&asked, &invocation).await.unwrap();
    assert_eq!(system.state(id).await.attempt, 2, "there was no time to begin");
    system.pass(id, 200.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(system.state(id).await.status, "REVOKED");
}

#[tokio::test]
async fn no_stored_time_makes_a_read_panic() {
    let system = System::new().await;
    let id = system.start_new(NewTask { expires_in: Some(100.0), ..plain() }).await;
    for time in ["infinity", "-infinity", "294276-12-31 23:59:59Z", "4713-01-01 00:00:00Z BC"] {
        for column in ["expires_at", "not_before", "visible_at"] {
            let statement = format!("update tasks.outbox set {column} = '{time}' where task_id = $1");
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(id)
                .execute(system.database.owner())
                .await
                .unwrap();
            let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
            store::find_task(&mut tx, id).await.unwrap().unwrap();
            store::why(&mut tx, id).await.unwrap().unwrap();
            store::list_tasks(&mut tx, &store::TaskFilter { limit: 10, ..Default::default() }).await.unwrap();
            store::stats(&mut tx).await.unwrap();
        }
    }
}
