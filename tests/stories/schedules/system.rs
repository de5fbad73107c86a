//! Schedules that the code declares for the system.

use std::time::Duration;

use catalog::{CountTestSets, SCHEDULES, Schedule, When};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use store::ScheduleError;
use task::CatchUp;
use testing::System;
use uuid::Uuid;
use worker::Context;

use super::{KIND, create, hourly, list, look, sweep};

const NIGHTLY: Schedule = Schedule {
    name: "nightly",
    kind: KIND,
    args: "{}",
    when: When::Cron { pattern: "0 3 * * *", time_zone: "Europe/Berlin" },
    catch_up: CatchUp::One,
};

async fn declare(system: &System, schedules: &[Schedule]) -> Result<(), ScheduleError> {
    let mut owner = system.database.owner().acquire().await.unwrap();
    store::declare_schedules(&mut owner, schedules).await
}

/// Name, next tick, time zone and whether it is paused, of every system schedule.
async fn declared(system: &System) -> Vec<(String, DateTime<Utc>, Option<String>, bool)> {
    sql::query_as(
        "select name, next_at, time_zone, paused_at is not null from tasks.schedule
         where organization_id is null order by name",
    )
    .fetch_all(system.database.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_task_of_the_system_sees_no_tenants_rows_and_no_tenant_sees_it() {
    let system = System::new().await;
    sql::query("insert into test_set (name, organization_id) values ('ours', $1)")
        .bind(system.organization.id)
        .execute(system.database.owner())
        .await
        .unwrap();
    declare(&system, &[NIGHTLY]).await.unwrap();
    sql::query("update tasks.schedule set next_at = clock_timestamp()")
        .execute(system.database.owner())
        .await
        .unwrap();
    assert_eq!(sweep(&system).await.scheduled, 1);
    let wakes = system.messages.take(KIND, 10);
    assert_eq!((wakes.len(), wakes[0].organization_id), (1, None));

    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        assert_eq!(ctx.organization_id(), None);
        let mut tx = ctx.begin().await?;
        Ok(sql::query_scalar::<i64>("select count(*) from test_set").fetch_one(&mut *tx).await?)
    });
    system.deliver(&worker, &wakes).await;
    let ended: (String, Value) = sql::query_as("select status, result from tasks.task where id = $1")
        .bind(wakes[0].task_id)
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    assert_eq!(ended, ("SUCCESS".into(), json!(0)));

    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert!(store::find_task(&mut tx, wakes[0].task_id).await.unwrap().is_none());
    assert!(list(&mut tx).await.is_empty());
    let id: Uuid =
        sql::query_scalar("select id from tasks.schedule").fetch_one(system.database.owner()).await.unwrap();
    assert!(!store::pause_schedule(&mut tx, id).await.unwrap());
    assert!(!store::delete_schedule(&mut tx, id).await.unwrap());
    tx.rollback().await.unwrap();
    let seen: Result<i64, _> = sql::one(
        &mut system.relay.pool().await.unwrap().acquire().await.unwrap(),
        sql::query_scalar("select count(*) from tasks.schedule"),
    )
    .await;
    assert!(seen.is_err(), "the relay reads no table: {seen:?}");
}

#[tokio::test]
async fn the_database_has_the_schedules_that_the_code_declares() {
    let system = System::new().await;
    let mine = create(&system, &hourly(CatchUp::Skip)).await;
    let other = Schedule { name: "other", when: When::Every { seconds: 60 }, ..NIGHTLY };
    declare(&system, &[NIGHTLY, other]).await.unwrap();
    let first = declared(&system).await;
    assert_eq!(first.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), ["nightly", "other"]);

    sql::query("update tasks.schedule set paused_at = clock_timestamp() where name = 'nightly'")
        .execute(system.database.owner())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    declare(&system, &[other, NIGHTLY]).await.unwrap();
    let again = declared(&system).await;
    assert_eq!((again[0].1, again[1].1), (first[0].1, first[1].1), "a deployment moves no tick");
    assert_eq!((again[0].3, again[1].3), (true, false), "a pause survives a deployment");

    let moved = Schedule { when: When::Cron { pattern: "0 3 * * *", time_zone: "Asia/Tokyo" }, ..NIGHTLY };
    declare(&system, &[moved]).await.unwrap();
    let last = declared(&system).await;
    assert_eq!(last.len(), 1);
    assert_eq!((last[0].2.as_deref(), last[0].3), (Some("Asia/Tokyo"), true));
    assert_ne!(last[0].1, first[0].1, "new times, new tick");

    declare(&system, &[]).await.unwrap();
    assert!(declared(&system).await.is_empty());
    assert_eq!(look(&system, mine).await.name, "hourly", "a tenant's schedule is nobody else's");
}

#[tokio::test]
async fn a_declared_schedule_that_could_not_start_its_task_is_refused_as_a_whole() {
    let system = System::new().await;
    declare(&system, &[NIGHTLY]).await.unwrap();
    for bad in [
        Schedule { kind: "gone", ..NIGHTLY },
        Schedule { args: r#"{"surprise": 1}"#, ..NIGHTLY },
        Schedule { args: "{", ..NIGHTLY },
        Schedule { when: When::Every { seconds: 1 }, ..NIGHTLY },
        Schedule { when: When::Cron { pattern: "0 3 * * *", time_zone: "Berlin" }, ..NIGHTLY },
    ] {
        let refused = declare(&system, &[Schedule { name: "bad", ..bad }]).await;
        assert!(refused.is_err(), "{bad:?}");
        assert_eq!(declared(&system).await.len(), 1, "{bad:?}");
    }
}

#[tokio::test]
async fn deployments_at_once_declare_the_same_schedules() {
    let system = System::new().await;
    let declaring = (0..4).map(|_| declare(&system, &[NIGHTLY]));
    for outcome in futures::future::join_all(declaring).await {
        outcome.unwrap();
    }
    assert_eq!(declared(&system).await.len(), 1);
}

#[tokio::test]
async fn what_this_release_declares_can_be_declared() {
    let system = System::new().await;
    let mut owner = system.database.owner().acquire().await.unwrap();
    store::declare_schedules(&mut owner, SCHEDULES).await.unwrap();
    assert_eq!(declared(&system).await.len(), SCHEDULES.len());
}
