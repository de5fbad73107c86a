//! Tasks that last: limits, cursors, handlers that do not let go.

use std::time::Duration;

use catalog::CountTestSets;
use serde_json::json;
use store::{Asked, NewTask};
use task::Error;
use testing::System;
use worker::{Context, End, Invocation};

use crate::lifecycle::promises;

const KIND: &str = "count_test_sets";

#[tokio::test]
async fn a_task_goes_on_in_another_invocation_from_its_cursor_and_spends_no_retry() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        let done: i64 = ctx.cursor()?.unwrap_or(0);
        if done < 5 { End::go_on_from(&(done + 1)) } else { Ok(End::Output(done)) }
    });
    system.drain(KIND, &worker).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.result, state.attempt), ("SUCCESS", Some(json!(5)), 6));
}

#[tokio::test]
async fn who_goes_on_more_often_than_there_is_room_for_has_failed_and_says_why() {
    let system = System::new().await;
    let worker = system.worker(|_: CountTestSets, _: Context| async { End::<i64>::go_on_from(&41) });
    let sleepy =
        system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::snooze(Duration::ZERO)) });
    for (worker, error_type) in [(worker, "AttemptsExhausted"), (sleepy, "Error")] {
        let id = system.start(&CountTestSets {}).await;
        sql::query("update tasks.outbox set snoozes = 10000 where task_id = $1")
            .bind(id)
            .execute(system.database.owner())
            .await
            .unwrap();
        system.drain(KIND, &worker).await;
        let state = system.state(id).await;
        assert_eq!((state.status.as_str(), state.result), ("FAILURE", None));
        assert_eq!(state.error.unwrap()["type"], error_type);
    }
}

#[tokio::test]
async fn a_saved_cursor_survives_the_attempt_that_saved_it() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        match ctx.cursor::<i64>()? {
            None => {
                ctx.save(&41).await?;
                Err(Error::retry("stopped in the middle"))
            }
            Some(cursor) => Ok(cursor + 1),
        }
    });
    for _ in 0..2 {
        system.deliver(&worker, &system.messages.take_all()).await;
        system.pass(id, 60.0).await;
    }
    assert_eq!(system.state(id).await.result, Some(json!(42)));
}

#[tokio::test]
async fn work_and_cursor_are_one_commit() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let organization = system.organization.id;
    let worker = system.worker(move |_: CountTestSets, ctx: Context| async move {
        let page: i64 = ctx.cursor()?.unwrap_or(0);
        if page == 3 {
            return Ok(End::Output(page));
        }
        let mut tx = ctx.begin().await?;
        sql::query("insert into test_set (name, organization_id) values ($1, $2)")
            .bind(format!("page {page}"))
            .bind(organization)
            .execute(&mut *tx)
            .await?;
        ctx.finish_in(tx);
        End::go_on_from(&(page + 1))
    });
    system.drain(KIND, &worker).await;
    let pages: Vec<String> = sql::query_scalar("select name from test_set order by name")
        .fetch_all(system.database.owner())
        .await
        .unwrap();
    assert_eq!(pages, ["page 0", "page 1", "page 2"]);
    assert_eq!(system.state(id).await.result, Some(json!(3)));
}

#[tokio::test]
async fn a_handler_is_told_in_time_that_its_time_is_nearly_up() {
    let system = System::new().await;
    let id = system.start_new(NewTask { time_limit: Some(2.0), ..NewTask::of(&CountTestSets {}) }).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        ctx.time_nearly_up().await;
        Ok(i64::from(ctx.time_left() > Duration::from_millis(100)))
    });
    system.drain(KIND, &worker).await;
    assert_eq!(system.state(id).await.result, Some(json!(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_handler_that_keeps_its_thread_is_recorded_and_holds_up_no_neighbour() {
    let system = System::new().await;
    let blocked = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let fine = system.start(&CountTestSets {}).await;
    let worker = system.worker(move |_: CountTestSets, ctx: Context| async move {
        if ctx.task_id() == blocked {
            std::thread::sleep(Duration::from_secs(6));
        }
        Ok(1)
    });
    let asked = [blocked, fine].map(|task_id| Asked { task_id, attempt: 1 });
    worker.work(&asked, &Invocation::new("request", "stream", Duration::from_secs(5))).await.unwrap();
    assert_eq!(system.state(fine).await.status, "SUCCESS");
    let state = system.state(blocked).await;
    assert_eq!((state.status.as_str(), state.error.unwrap()["type"].clone()), ("FAILURE", json!("TimedOut")));
}

#[tokio::test]
async fn an_output_beyond_the_cap_fails_with_its_size_and_is_not_stored() {
    let system = System::new().await;
    let id = system
        .start(&catalog::ExecuteTest { test_run_id: uuid::Uuid::nil(), test_id: uuid::Uuid::nil() })
        .await;
    let worker = system.worker(|_: catalog::ExecuteTest, _: Context| async {
        Ok(catalog::TestVerdict { test_id: uuid::Uuid::nil(), status: "x".repeat(300_000) })
    });
    system.drain("execute_test", &worker).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("FAILURE", 1));
    let error = state.error.unwrap();
    assert_eq!(error["type"], "OutputNotStorable");
    assert!(error["message"].as_str().unwrap().contains("at most 262144"), "{error}");
}

#[tokio::test]
async fn a_character_that_jsonb_cannot_store_harms_only_its_own_task() {
    let system = System::new().await;
    let nil = uuid::Uuid::nil();
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(system.start(&catalog::ExecuteTest { test_run_id: nil, test_id: nil }).await);
    }
    let first = ids[0];
    let worker = system.worker(move |_: catalog::ExecuteTest, ctx: Context| async move {
        if ctx.task_id() == first {
            return Err(Error::permanent("a\0b"));
        }
        Ok(catalog::TestVerdict { test_id: nil, status: "\0".into() })
    });
    system.deliver(&worker, &system.messages.take_all()).await;
    assert_eq!(system.state(first).await.error.unwrap()["message"], "a\u{fffd}b");
    assert_eq!(system.state(ids[1]).await.error.unwrap()["type"], "OutputNotStorable");
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_long_error_message_is_cut_and_says_how_long_it_was() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, _: Context| async {
        Err::<i64, _>(Error::permanent("é".repeat(20_000)))
    });
    system.drain(KIND, &worker).await;
    let error = system.state(id).await.error.unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.ends_with("(40000 bytes in all)") && message.chars().count() < 8_300,
        "{}",
        message.len()
    );
}
