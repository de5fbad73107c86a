//! What begins by the clock.

mod catching_up;
mod owners;
mod pauses;
mod system;
mod ticks;

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use relay::Swept;
use serde_json::{Value, json};
use store::{NewSchedule, Store};
use task::CatchUp;
use testing::System;
use uuid::Uuid;

const KIND: &str = "count_test_sets";

/// A schedule that ticks at every full hour, in UTC.
fn hourly(catch_up: CatchUp) -> NewSchedule {
    NewSchedule {
        name: "hourly".into(),
        kind: KIND.into(),
        args: json!({}),
        options: json!({}),
        cron: Some("0 * * * *".into()),
        time_zone: None,
        every: None,
        catch_up,
    }
}

fn every(seconds: i64, catch_up: CatchUp) -> NewSchedule {
    NewSchedule { cron: None, every: Some(seconds), ..hourly(catch_up) }
}

async fn create(system: &System, schedule: &NewSchedule) -> Uuid {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let id = store::create_schedule(&mut tx, schedule).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn look(system: &System, id: Uuid) -> store::ScheduleLine {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::find_schedule(&mut tx, id).await.unwrap().unwrap().line
}

/// The schedules that a tenant sees.
async fn list(tx: &mut sqlx::PgConnection) -> Vec<store::ScheduleLine> {
    store::list_schedules(tx, &listing::Query::first(&store::SCHEDULES, 200)).await.unwrap().rows
}

/// Puts the tick that a schedule waits for somewhere else, as if time had gone by.
async fn wait_for(system: &System, id: Uuid, next_at: DateTime<Utc>) {
    sql::query("update tasks.schedule set next_at = $2 where id = $1")
        .bind(id)
        .bind(next_at)
        .execute(system.database.owner())
        .await
        .unwrap();
}

async fn sweep(system: &System) -> Swept {
    sweep_with(&system.relay, system).await
}

async fn sweep_with(relay: &Store, system: &System) -> Swept {
    let deadline = SystemTime::now() + Duration::from_secs(60);
    relay::sweep(relay, &system.queue(), deadline).await.unwrap()
}

/// The nominal times of the tasks that a schedule started, in their order.
async fn times(system: &System, id: Uuid) -> Vec<DateTime<Utc>> {
    let headers: Vec<Value> = sql::query_scalar("select headers from tasks.task where schedule_id = $1")
        .bind(id)
        .fetch_all(system.database.owner())
        .await
        .unwrap();
    let mut times: Vec<_> =
        headers.iter().map(|headers| headers["scheduled_for"].as_str().unwrap().parse().unwrap()).collect();
    times.sort();
    times
}

fn full_hour() -> DateTime<Utc> {
    Utc::now().with_minute(0).unwrap().with_second(0).unwrap().with_nanosecond(0).unwrap()
}

fn seconds_ago(seconds: i64) -> DateTime<Utc> {
    Utc::now().with_nanosecond(0).unwrap() - TimeDelta::seconds(seconds)
}
