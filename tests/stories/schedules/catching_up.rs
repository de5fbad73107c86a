//! What becomes of ticks that nobody took up in time.

use chrono::{Datelike, TimeDelta, Utc};
use store::NewSchedule;
use task::CatchUp;
use testing::System;

use super::{create, every, full_hour, hourly, look, seconds_ago, sweep, times, wait_for};

#[tokio::test]
async fn missed_ticks_are_skipped_or_become_one_task_or_all() {
    let system = System::new().await;
    let tick = seconds_ago(5 * 3600 + 600);
    for (catch_up, missed) in
        [(CatchUp::Skip, vec![]), (CatchUp::One, vec![5]), (CatchUp::All, vec![0, 1, 2, 3, 4, 5])]
    {
        let schedule = NewSchedule { name: format!("{catch_up:?}"), ..every(3600, catch_up) };
        let id = create(&system, &schedule).await;
        wait_for(&system, id, tick).await;
        sweep(&system).await;
        let expected: Vec<_> = missed.iter().map(|n| tick + TimeDelta::hours(*n)).collect();
        assert_eq!(times(&system, id).await, expected, "{catch_up:?}");
        assert_eq!(look(&system, id).await.next_at, tick + TimeDelta::hours(6), "{catch_up:?}");
        assert_eq!(look(&system, id).await.last_at, expected.last().copied(), "{catch_up:?}");
    }
}

#[tokio::test]
async fn a_pattern_catches_up_on_its_own_times() {
    let system = System::new().await;
    let id = create(&system, &hourly(CatchUp::All)).await;
    let hour = full_hour();
    wait_for(&system, id, hour - TimeDelta::hours(3)).await;
    sweep(&system).await;
    let expected: Vec<_> = (0..=3).rev().map(|n| hour - TimeDelta::hours(n)).collect();
    assert_eq!(times(&system, id).await[..4], expected);
    assert!(look(&system, id).await.next_at > Utc::now());
}

#[tokio::test]
async fn a_long_backlog_is_caught_up_in_rounds_and_holds_up_nobody() {
    let system = System::new().await;
    let behind = create(&system, &every(60, CatchUp::All)).await;
    let other = create(&system, &NewSchedule { name: "other".into(), ..every(600, CatchUp::Skip) }).await;
    let first = seconds_ago(60 * 2499 + 5);
    wait_for(&system, behind, first).await;
    wait_for(&system, other, seconds_ago(5)).await;
    assert_eq!(sweep(&system).await.scheduled, 1001);
    assert_eq!(times(&system, other).await.len(), 1);
    assert_eq!(sweep(&system).await.scheduled, 1000);
    assert_eq!(sweep(&system).await.scheduled, 500);
    assert_eq!(sweep(&system).await.scheduled, 0);
    let expected: Vec<_> = (0..2500).map(|n| first + TimeDelta::minutes(n)).collect();
    assert_eq!(times(&system, behind).await, expected);
}

#[tokio::test]
async fn a_time_of_day_comes_once_a_day_through_spring_and_autumn() {
    let system = System::new().await;
    let (cron, time_zone) = (Some("30 2,14 * * *".into()), Some("Europe/Berlin".into()));
    let id = create(&system, &NewSchedule { cron, time_zone, ..hourly(CatchUp::All) }).await;
    wait_for(&system, id, "2025-03-29T01:30:00Z".parse().unwrap()).await;
    sweep(&system).await;
    let times = times(&system, id).await;
    let on = |days: &[&str]| -> Vec<String> {
        let in_2025 = times.iter().filter(|time| time.year() == 2025);
        let texts = in_2025.map(|time| time.format("%m-%d %H:%M").to_string());
        texts.filter(|text| days.iter().any(|day| text.starts_with(day))).collect()
    };
    let spring = ["03-29 01:30", "03-29 13:30", "03-30 01:00", "03-30 12:30", "03-31 00:30", "03-31 12:30"];
    assert_eq!(on(&["03-29", "03-30", "03-31"]), spring);
    let autumn = ["10-25 00:30", "10-25 12:30", "10-26 00:30", "10-26 13:30", "10-27 01:30", "10-27 13:30"];
    assert_eq!(on(&["10-25", "10-26", "10-27"]), autumn);
}
