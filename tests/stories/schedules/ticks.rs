//! Each tick is one task.

use catalog::CountTestSets;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use store::{NewSchedule, Store};
use task::CatchUp;
use testing::System;
use uuid::Uuid;

use super::{KIND, create, every, look, seconds_ago, sweep, sweep_with, times, wait_for};

#[tokio::test]
async fn a_tick_starts_one_task_of_the_organization_that_knows_its_nominal_time() {
    let system = System::new().await;
    let schedule = NewSchedule {
        options: json!({ "max_retries": 7, "headers": { "why": "nightly" } }),
        ..every(3600, CatchUp::Skip)
    };
    let id = create(&system, &schedule).await;
    assert_eq!(sweep(&system).await.scheduled, 0, "its time has not come");
    let tick = seconds_ago(30);
    wait_for(&system, id, tick).await;

    let swept = sweep(&system).await;
    assert_eq!((swept.scheduled, swept.sent), (1, 1));
    assert_eq!(sweep(&system).await.scheduled, 0);
    let state = look(&system, id).await;
    assert_eq!((state.last_at, state.next_at), (Some(tick), tick + TimeDelta::hours(1)));

    let wake = system.messages.take_all().remove(0);
    let task = system.state(wake.task_id).await;
    assert_eq!((task.kind.as_str(), task.options), (KIND, Some(json!({ "max_retries": 7 }))));
    let row: (Uuid, Uuid, Value) =
        sql::query_as("select schedule_id, user_id, headers from tasks.task where id = $1")
            .bind(wake.task_id)
            .fetch_one(system.database.owner())
            .await
            .unwrap();
    let scheduled_for = tick.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let headers = json!({ "why": "nightly", "scheduled_for": scheduled_for });
    assert_eq!(row, (id, system.organization.user_id, headers));
}

#[tokio::test]
async fn relays_that_race_for_a_tick_start_it_once() {
    let system = System::new().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        let schedule = NewSchedule { name: format!("schedule {n}"), ..every(600, CatchUp::All) };
        ids.push(create(&system, &schedule).await);
    }
    let relays: Vec<Store> = (0..8).map(|_| system.database.store_with("tasks_relay", 1)).collect();
    for round in 1..=5 {
        let tick = seconds_ago(5);
        for id in &ids {
            wait_for(&system, *id, tick).await;
        }
        let swept = futures::future::join_all(relays.iter().map(|relay| sweep_with(relay, &system))).await;
        assert_eq!(swept.iter().map(|swept| swept.scheduled).sum::<i64>(), 20, "round {round}");
        for id in &ids {
            assert_eq!(times(&system, *id).await.len(), round, "round {round}");
        }
    }
}

#[tokio::test]
async fn who_comes_with_a_tick_that_another_has_taken_changes_nothing() {
    let system = System::new().await;
    let id = create(&system, &every(600, CatchUp::All)).await;
    wait_for(&system, id, seconds_ago(5)).await;
    let seen = system.relay.due_schedules(None, 10).await.unwrap();
    let fires = [seen.schedules[0].fire(seen.now)];
    assert_eq!(system.relay.fire_schedules(&fires).await.unwrap().tasks, 1);
    let second = system.relay.fire_schedules(&fires).await.unwrap();
    assert_eq!((second.fired, second.tasks, second.wakes.len()), (0, 0, 0));
    assert_eq!(times(&system, id).await.len(), 1);
}

#[tokio::test]
async fn ticks_that_are_on_time_come_one_by_one_whatever_the_policy() {
    for catch_up in [CatchUp::Skip, CatchUp::One, CatchUp::All] {
        let system = System::new().await;
        let id = create(&system, &every(20, catch_up)).await;
        let tick = seconds_ago(101);
        wait_for(&system, id, tick).await;
        assert_eq!(sweep(&system).await.scheduled, 6);
        let expected: Vec<_> = (0..6).map(|n| tick + TimeDelta::seconds(20 * n)).collect();
        assert_eq!(times(&system, id).await, expected);
    }
}

#[tokio::test]
async fn a_schedule_that_postgres_cannot_move_on_now_is_tried_again_and_holds_up_nobody() {
    let system = System::new().await;
    let stuck = create(&system, &every(600, CatchUp::Skip)).await;
    let fine = create(&system, &NewSchedule { name: "fine".into(), ..every(600, CatchUp::Skip) }).await;
    for id in [stuck, fine] {
        wait_for(&system, id, seconds_ago(5)).await;
    }
    let trouble = format!(
        "create function trouble() returns trigger language plpgsql as $$
         begin raise exception 'disk full' using errcode = 'disk_full'; end $$;
         create trigger trouble before insert on tasks.task for each row
         when (new.schedule_id = '{stuck}') execute function trouble()"
    );
    sqlx::raw_sql(AssertSqlSafe(trouble)).execute(system.database.owner()).await.unwrap();
    let swept = sweep(&system).await;
    assert_eq!((swept.scheduled, swept.schedules_stuck, swept.schedules_paused), (1, 1, 0));

    sqlx::raw_sql("drop trigger trouble on tasks.task").execute(system.database.owner()).await.unwrap();
    assert_eq!(sweep(&system).await.scheduled, 1);
    assert_eq!((times(&system, stuck).await.len(), times(&system, fine).await.len()), (1, 1));
}

#[tokio::test]
async fn a_sweep_goes_on_if_schedules_cannot_even_be_looked_at() {
    let system = System::new().await;
    let task = system.start(&CountTestSets {}).await;
    system.messages.take_all();
    system.pass(task, 60.0).await;
    sqlx::raw_sql("revoke execute on function tasks.due_schedules from tasks_relay")
        .execute(system.database.owner())
        .await
        .unwrap();
    let swept = sweep(&system).await;
    assert_eq!((swept.schedules_stuck, swept.sent), (1, 1));
}
