//! Schedules that wait, because they were told to or cannot go on.

use chrono::TimeDelta;
use store::NewSchedule;
use task::CatchUp;
use testing::System;

use super::{create, every, hourly, look, seconds_ago, sweep, wait_for};

#[tokio::test]
async fn a_paused_schedule_does_not_tick_and_makes_up_for_nothing_afterwards() {
    let system = System::new().await;
    for catch_up in [CatchUp::Skip, CatchUp::One, CatchUp::All] {
        let schedule = NewSchedule { name: format!("{catch_up:?}"), ..every(3600, catch_up) };
        let id = create(&system, &schedule).await;
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        assert!(store::pause_schedule(&mut tx, id).await.unwrap());
        tx.commit().await.unwrap();
        let tick = seconds_ago(2 * 3600 + 60);
        wait_for(&system, id, tick).await;
        assert_eq!(sweep(&system).await.scheduled, 0);

        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        assert!(store::resume_schedule(&mut tx, id).await.unwrap());
        tx.commit().await.unwrap();
        let state = look(&system, id).await;
        assert_eq!((state.paused_at, state.next_at), (None, tick + TimeDelta::hours(3)), "it keeps its beat");
        assert_eq!(sweep(&system).await.scheduled, 0);
    }
}

#[tokio::test]
async fn a_pause_between_two_looks_of_a_relay_stops_the_tick() {
    let system = System::new().await;
    let id = create(&system, &every(600, CatchUp::Skip)).await;
    wait_for(&system, id, seconds_ago(5)).await;
    let seen = system.relay.due_schedules(None, 10).await.unwrap();
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert!(store::pause_schedule(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();
    let fired = system.relay.fire_schedules(&[seen.schedules[0].fire(seen.now)]).await.unwrap();
    assert_eq!(fired.tasks, 0);
}

#[tokio::test]
async fn a_late_resume_does_not_bring_back_a_tick_that_came_since() {
    let system = System::new().await;
    let id = create(&system, &every(600, CatchUp::Skip)).await;
    let tenant = system.organization.tenant();
    let mut tx = system.api.begin(tenant).await.unwrap();
    store::pause_schedule(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    let paused = look(&system, id).await;
    let mut tx = system.api.begin(tenant).await.unwrap();
    store::resume_schedule(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    wait_for(&system, id, seconds_ago(5)).await;
    assert_eq!(sweep(&system).await.scheduled, 1);

    let mut tx = system.api.begin(tenant).await.unwrap();
    let late: bool = sql::query_scalar("select tasks.resume_schedule($1, $2, $3)")
        .bind(id)
        .bind(paused.paused_at)
        .bind(seconds_ago(5))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!late);
    assert_eq!(sweep(&system).await.scheduled, 0);
}

#[tokio::test]
async fn a_schedule_that_cannot_start_its_task_is_paused_with_the_reason_and_holds_up_nobody() {
    let system = System::new().await;
    let broken = create(&system, &every(600, CatchUp::Skip)).await;
    let unreadable =
        create(&system, &NewSchedule { name: "unreadable".into(), ..hourly(CatchUp::Skip) }).await;
    let fine = create(&system, &NewSchedule { name: "fine".into(), ..every(600, CatchUp::Skip) }).await;
    for (id, change) in
        [(broken, "kind = 'gone'"), (unreadable, "time_zone = 'Moon/Base'"), (fine, "name = 'fine'")]
    {
        sqlx::query(sqlx::AssertSqlSafe(format!("update tasks.schedule set {change} where id = $1")))
            .bind(id)
            .execute(system.database.owner())
            .await
            .unwrap();
        wait_for(&system, id, seconds_ago(5)).await;
    }
    let swept = sweep(&system).await;
    assert_eq!((swept.scheduled, swept.schedules_paused, swept.schedules_stuck), (1, 2, 0));
    assert_eq!(look(&system, broken).await.problem.unwrap(), "kind: there is no task of the kind 'gone'");
    assert!(look(&system, unreadable).await.problem.unwrap().starts_with("time_zone: "));
    assert_eq!(look(&system, fine).await.problem, None);
    assert_eq!(sweep(&system).await.schedules_paused, 0);
}
