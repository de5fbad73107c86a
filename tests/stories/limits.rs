//! Limits per key, fairness between organizations, retention.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use catalog::CountTestSets;
use store::NewTask;
use testing::System;
use worker::Context;

use crate::lifecycle::{promises, soon};

const KIND: &str = "count_test_sets";

fn keyed() -> NewTask {
    NewTask { limit_key: Some("gpu".into()), ..NewTask::of(&CountTestSets {}) }
}

async fn limit(system: &System, max_running: Option<i32>, rate: Option<(f64, f64)>) {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::set_limit(&mut tx, "gpu", max_running, rate).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn no_more_tasks_of_a_key_run_at_a_time_than_its_limit_says_and_all_of_them_run() {
    let system = System::new().await;
    limit(&system, Some(2), None).await;
    for _ in 0..20 {
        system.start_new(keyed()).await;
    }
    let (running, most, ran) =
        (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let counters = (running.clone(), most.clone(), ran.clone());
    let worker = system.worker(move |_: CountTestSets, _: Context| {
        let (running, most, ran) = counters.clone();
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(ran.fetch_add(1, Ordering::SeqCst))
        }
    });
    loop {
        let batches = [5, 5, 5].map(|size| system.messages.take(KIND, size));
        if batches[0].is_empty() {
            break;
        }
        futures::future::join_all(batches.iter().map(|batch| system.deliver(&worker, batch))).await;
    }
    assert_eq!((ran.load(Ordering::SeqCst), promises(&system).await), (20, 0));
    assert!(most.load(Ordering::SeqCst) <= 2, "{most:?}");
}

#[tokio::test]
async fn no_more_tasks_of_a_key_begin_per_interval_than_its_rate_says() {
    let system = System::new().await;
    limit(&system, None, Some((3.0, 60.0))).await;
    for _ in 0..5 {
        system.start_new(keyed()).await;
    }
    let worker = system.worker(|_: CountTestSets, _: Context| async { Ok(1) });
    system.deliver(&worker, &system.messages.take_all()).await;
    assert_eq!(promises(&system).await, 2, "three of five began");
    let mut waits: Vec<f64> =
        system.messages.take_all().iter().map(|wake| wake.wait_seconds.round()).collect();
    waits.sort_by(f64::total_cmp);
    assert_eq!(waits, [20.0, 40.0], "a token every 20 s");
}

#[tokio::test]
async fn tasks_of_other_keys_and_organizations_are_not_held_up() {
    let system = System::new().await;
    limit(&system, Some(1), None).await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    let theirs = store::enqueue(&mut tx, &[keyed(), keyed()]).await.unwrap();
    tx.commit().await.unwrap();
    let worker = system.worker(|_: CountTestSets, _: Context| async { Ok(1) });
    system.deliver(&worker, &theirs.wakes).await;
    assert_eq!(promises(&system).await, 0, "the key is limited in the first organization only");
}

#[tokio::test]
async fn the_sweep_serves_ten_tasks_of_one_organization_beside_a_hundred_thousand_of_another() {
    let system = System::new().await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    sql::query(
        "select tasks.enqueue_all((
           select jsonb_agg(jsonb_build_object('kind', 'count_test_sets')) from generate_series(1, 100000)))",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    let few: Vec<NewTask> =
        (0..10).map(|_| NewTask { countdown: Some(1.0), ..NewTask::of(&CountTestSets {}) }).collect();
    store::enqueue(&mut tx, &few).await.unwrap();
    tx.commit().await.unwrap();
    for task in &few {
        system.pass(task.id, 100.0).await;
    }
    let first = system.relay.sweep_due(500, 100).await.unwrap();
    let theirs = first.iter().filter(|wake| wake.organization_id == Some(other.id)).count();
    assert_eq!(theirs, 10, "all ten are in the first round of {}", first.len());
}

#[tokio::test]
async fn ended_tasks_are_kept_for_their_time_and_unfinished_ones_for_ever() {
    let system = System::new().await;
    let old = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, _: Context| async { Ok(1) });
    system.drain(KIND, &worker).await;
    let young = system.start(&CountTestSets {}).await;
    system.drain(KIND, &worker).await;
    let waiting = system.start(&CountTestSets {}).await;
    sql::query("update tasks.task set created_at = created_at - interval '99 days'")
        .execute(system.database.owner())
        .await
        .unwrap();
    sql::query("update tasks.task set finished_at = finished_at - interval '31 days' where id = $1")
        .bind(old)
        .execute(system.database.owner())
        .await
        .unwrap();
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.pruned, 1);
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert!(store::find_task(&mut tx, old).await.unwrap().is_none());
    assert!(store::find_task(&mut tx, young).await.unwrap().is_some());
    assert!(store::find_task(&mut tx, waiting).await.unwrap().is_some());
}
