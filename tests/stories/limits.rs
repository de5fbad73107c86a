//! Limits per key, fairness between organizations, retention.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use catalog::CountTestSets;
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use store::NewTask;
use testing::System;
use uuid::Uuid;
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
    let waits: Vec<f64> = system.messages.take_all().iter().map(|wake| wake.wait_seconds.round()).collect();
    assert_eq!(waits, [60.0, 60.0], "when those that began are a minute old");
}

/// Asks for room again and again, at random times and for random numbers of tasks, and looks at when how many began.
async fn begins(system: &System, pool: &[Uuid], rate: (f64, f64), steps: usize) -> Vec<DateTime<Utc>> {
    limit(system, None, None).await;
    limit(system, None, Some(rate)).await;
    let (mut now, mut begun) = (Utc::now(), Vec::new());
    for _ in 0..steps {
        let (gap, asked) = {
            let mut random = rand::rng();
            let longest = if random.random_bool(0.2) { 2.0 } else { 0.1 };
            (random.random_range(0.0..longest) * rate.1, random.random_range(1..=pool.len()))
        };
        now += TimeDelta::microseconds((gap * 1e6) as i64);
        let room: Vec<(bool, Option<f64>)> = sql::query_as("select fits, wait from tasks.make_room($1, $2)")
            .bind(&pool[..asked])
            .bind(now)
            .fetch_all(system.database.owner())
            .await
            .unwrap();
        assert_eq!(room.len(), asked);
        assert!(room.iter().all(|(fits, wait)| *fits != wait.is_some()), "{room:?}");
        assert!(room.iter().flat_map(|(_, wait)| *wait).all(|wait| wait > 0.0), "{room:?}");
        begun.extend(room.iter().filter(|(fits, _)| *fits).map(|_| now));
    }
    begun
}

#[tokio::test]
async fn no_window_of_the_rates_length_holds_more_begins_than_its_count_whatever_its_phase() {
    let system = System::new().await;
    let mut pool = Vec::new();
    for _ in 0..12 {
        pool.push(system.start_new(keyed()).await);
    }
    for rate in [(5.0, 10.0), (1.0, 3.0), (7.5, 0.5), (40.0, 60.0)] {
        let begun = begins(&system, &pool, rate, 150).await;
        let (most, length) = (rate.0 as usize, TimeDelta::microseconds((rate.1 * 1e6) as i64));
        assert!(begun.len() > 2 * most, "so many begin that the rate matters: {}", begun.len());
        for window in begun.windows(most + 1) {
            assert!(window[most] - window[0] > length, "{rate:?}: {window:?}");
        }
    }
}

#[tokio::test]
async fn who_waits_for_a_rate_is_told_a_time_at_which_there_is_room() {
    let system = System::new().await;
    limit(&system, None, Some((2.0, 10.0))).await;
    let mut pool = Vec::new();
    for _ in 0..5 {
        pool.push(system.start_new(keyed()).await);
    }
    let ask = async |tasks: &[Uuid], at: DateTime<Utc>| -> Vec<(Uuid, bool, Option<f64>)> {
        sql::query_as("select task_id, fits, wait from tasks.make_room($1, $2) order by task_id")
            .bind(tasks)
            .bind(at)
            .fetch_all(system.database.owner())
            .await
            .unwrap()
    };
    let began = Utc::now();
    let waits: Vec<f64> = ask(&pool, began).await.iter().filter_map(|room| room.2).map(f64::round).collect();
    assert_eq!(waits, [10.0, 10.0, 20.0]);
    let wait = |seconds: f64| began + TimeDelta::microseconds((seconds * 1e6) as i64);
    assert!(ask(&pool[2..3], wait(9.99)).await.iter().all(|room| !room.1));
    assert!(ask(&pool[2..4], wait(10.001)).await.iter().all(|room| room.1));
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

#[tokio::test]
async fn what_is_urgent_goes_first_of_all_that_is_due_however_much_of_it_there_is() {
    let system = System::new().await;
    let ready = |priority: i16, count: usize| {
        let task =
            NewTask { priority: Some(priority), countdown: Some(3600.0), ..NewTask::of(&CountTestSets {}) };
        vec![task; count].into_iter().map(|task| NewTask { id: Uuid::now_v7(), ..task }).collect::<Vec<_>>()
    };
    let mut urgent = Vec::new();
    for tasks in [ready(-1, 600), ready(0, 20), ready(1, 5)] {
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        urgent = store::enqueue(&mut tx, &tasks).await.unwrap().ids;
        tx.commit().await.unwrap();
    }
    sql::query("update tasks.outbox set not_before = not_before - interval '1 hour', visible_at = visible_at - interval '1 hour'")
        .execute(system.database.owner())
        .await
        .unwrap();
    let sent: serde_json::Value = sql::query_scalar("select tasks.sweep_due(500, 100)")
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    let first: Vec<String> = sent.as_array().unwrap()[..5]
        .iter()
        .map(|wake| wake["task_id"].as_str().unwrap().to_owned())
        .collect();
    assert!(urgent.iter().all(|id| first.contains(&id.to_string())), "{first:?}");
    assert_eq!(sent.as_array().unwrap().len(), 125, "5 urgent, 20 ordinary, 100 of the rest");
}

#[tokio::test]
async fn six_organizations_with_thousands_each_do_not_hold_up_a_seventh() {
    let system = System::new().await;
    let mut tenants = Vec::new();
    for _ in 0..6 {
        tenants.push(system.database.organization().await);
    }
    // Organizations' ids are in the order of time: the last one stands behind the others.
    tenants.sort_by_key(|tenant| tenant.id);
    for (place, tenant) in tenants.iter().enumerate() {
        let mut tx = system.api.begin(tenant.tenant()).await.unwrap();
        let count = if place == 5 { 10 } else { 1500 };
        let tasks: Vec<NewTask> = (0..count)
            .map(|_| NewTask { countdown: Some(3600.0), ..NewTask::of(&CountTestSets {}) })
            .collect();
        store::enqueue(&mut tx, &tasks).await.unwrap();
        tx.commit().await.unwrap();
    }
    sql::query("update tasks.outbox set not_before = not_before - interval '1 hour', visible_at = visible_at - interval '1 hour'")
        .execute(system.database.owner())
        .await
        .unwrap();
    for _ in 0..12 {
        sql::query("select tasks.sweep_due(500, 100)").execute(system.database.owner()).await.unwrap();
    }
    let waiting: i64 =
        sql::query_scalar("select count(*) from tasks.outbox where organization_id = $1 and dispatches = 0")
            .bind(tenants[5].id)
            .fetch_one(system.database.owner())
            .await
            .unwrap();
    assert_eq!(waiting, 0, "12 of the 16 batches have been sent");
}
