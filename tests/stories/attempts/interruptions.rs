//! What is not a task's doing costs it no retry: connections that break, transactions that Postgres gives up for another's sake.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use catalog::CountTestSets;
use store::NewTask;
use testing::System;
use uuid::Uuid;
use worker::{Context, Worker};

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

fn once() -> NewTask {
    NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }
}

/// A handler that runs a statement in its transaction as long as it has begun fewer than so many times.
fn troubled(system: &System, statement: &'static str, times: i32) -> Worker {
    let begun = Arc::new(AtomicI32::new(0));
    system.worker(move |_: CountTestSets, ctx: Context| {
        let begun = begun.clone();
        async move {
            let mut tx = ctx.begin().await?;
            if begun.fetch_add(1, Ordering::SeqCst) < times {
                sql::query(statement).execute(&mut *tx).await?;
            }
            sql::query("select 1").execute(&mut *tx).await?;
            ctx.finish_in(tx);
            Ok(7)
        }
    })
}

/// Delivers, lets time pass and sweeps until the task has ended; answers how long the waits were.
async fn until_ended(system: &System, worker: &Worker, id: Uuid) -> Vec<f64> {
    let mut waits = Vec::new();
    while system.state(id).await.finished_at.is_none() {
        let wakes = system.messages.take_all();
        waits.extend(wakes.iter().filter(|wake| wake.attempt > 1).map(|wake| wake.wait_seconds));
        system.pass(id, 100.0).await;
        system.deliver(worker, &wakes).await;
    }
    waits
}

#[tokio::test]
async fn a_connection_that_breaks_costs_no_retry_and_its_pause_grows() {
    let system = System::new().await;
    let id = system.start_new(once()).await;
    let worker = troubled(&system, "do $$ begin raise 'shutting down' using errcode = '57P01'; end $$", 6);
    let waits = until_ended(&system, &worker, id).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), &state.result), ("SUCCESS", &Some(7.into())), "{:?}", state.error);
    let outcomes: Vec<&str> = state.attempts.0.iter().map(|attempt| attempt.outcome.as_str()).collect();
    assert_eq!(outcomes, ["interrupted"; 6], "and the history says so");
    assert_eq!(waits.len(), 6);
    for (n, wait) in (0..).zip(&waits) {
        let most = f64::from(1 << n).min(60.0);
        assert!((most / 2.0 - 0.2..=most).contains(wait), "{waits:?}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_given_up_for_another_costs_no_retry_ten_times() {
    let system = System::new().await;
    for code in ["40001", "40P01"] {
        let statement: &'static str = match code {
            "40001" => "do $$ begin raise 'not now' using errcode = '40001'; end $$",
            _ => "do $$ begin raise 'not now' using errcode = '40P01'; end $$",
        };
        let lucky = system.start_new(once()).await;
        until_ended(&system, &troubled(&system, statement, 10), lucky).await;
        assert_eq!(system.state(lucky).await.status, "SUCCESS", "{code}");
        let unlucky = system.start_new(once()).await;
        until_ended(&system, &troubled(&system, statement, 11), unlucky).await;
        let state = system.state(unlucky).await;
        assert_eq!((state.status.as_str(), state.attempts.0.len()), ("FAILURE", 11), "{code}");
    }
}

#[tokio::test]
async fn a_statement_that_is_wrong_is_the_tasks_own_doing() {
    let system = System::new().await;
    let id = system.start_new(once()).await;
    until_ended(&system, &troubled(&system, "select 1 / 0", 1), id).await;
    assert_eq!(system.state(id).await.status, "FAILURE");
}

#[tokio::test]
async fn tasks_whose_connections_are_cut_again_and_again_all_succeed_without_a_retry() {
    let system = System::new().await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(system.start_new(once()).await);
    }
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        let mut tx = ctx.begin().await?;
        sql::query("select pg_sleep(0.02)").execute(&mut *tx).await?;
        sql::query("select count(*) from test_set").execute(&mut *tx).await?;
        ctx.finish_in(tx);
        Ok(1)
    });
    let cut = async {
        for _ in 0..40 {
            sql::query(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and usename = 'task_count_test_sets'",
            )
            .execute(system.database.owner())
            .await
            .unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let work = async {
        for _ in 0..400 {
            let batch = system.messages.take(KIND, 4);
            let asked: Vec<_> = batch
                .iter()
                .map(|wake| store::Asked { task_id: wake.task_id, attempt: wake.attempt })
                .collect();
            let invocation = worker::Invocation::new("request", "stream", Duration::from_secs(60));
            // Messages that could not be asked for come again.
            if worker.work(&asked, &invocation).await.is_err() {
                system.queue().dispatch(&batch).await;
            }
            let open: i64 = sql::query_scalar("select count(*) from tasks.outbox")
                .fetch_one(system.database.owner())
                .await
                .unwrap();
            if open == 0 {
                return;
            }
            if batch.is_empty() {
                for id in &ids {
                    system.pass(*id, 30.0).await;
                }
                relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
            }
        }
    };
    tokio::join!(cut, work);
    for id in ids {
        let state = system.state(id).await;
        assert_eq!(state.status, "SUCCESS", "{:?}", state.error);
    }
}
