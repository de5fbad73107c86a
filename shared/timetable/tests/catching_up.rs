//! What a schedule owes, by its policy.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, TimeDelta, Utc};
use task::CatchUp::{All, One, Skip};
use timetable::{AT_ONCE, GRACE, Timing};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn hourly() -> Timing {
    Timing::read(Some("0 * * * *"), None, None).unwrap()
}

#[test]
fn nothing_is_owed_before_the_tick() {
    let next = utc("2025-06-04T10:00:00Z");
    for catch_up in [Skip, One, All] {
        let due = hourly().due(next, next - TimeDelta::milliseconds(1), catch_up).unwrap();
        assert_eq!((due.ticks, due.next_at), (vec![], next));
    }
}

#[test]
fn a_tick_is_on_time_within_the_grace_and_missed_after_it() {
    let next = utc("2025-06-04T10:00:00Z");
    for (late, skipped, one) in
        [(TimeDelta::zero(), 1, 1), (GRACE, 1, 1), (GRACE + TimeDelta::milliseconds(1), 0, 1)]
    {
        for (catch_up, count) in [(Skip, skipped), (One, one), (All, 1)] {
            let due = hourly().due(next, next + late, catch_up).unwrap();
            assert_eq!(
                (due.ticks.len(), due.next_at),
                (count, utc("2025-06-04T11:00:00Z")),
                "{catch_up:?} {late}"
            );
        }
    }
}

#[test]
fn after_an_outage_the_tick_that_is_on_time_stands_for_those_that_were_missed() {
    let now = utc("2025-06-04T13:00:30Z");
    for (catch_up, ticks) in [(Skip, vec![13]), (One, vec![13]), (All, vec![10, 11, 12, 13])] {
        let due = hourly().due(utc("2025-06-04T10:00:00Z"), now, catch_up).unwrap();
        let expected: Vec<_> = ticks.iter().map(|hour| utc(&format!("2025-06-04T{hour}:00:00Z"))).collect();
        assert_eq!((due.ticks, due.next_at), (expected, utc("2025-06-04T14:00:00Z")), "{catch_up:?}");
    }
}

#[test]
fn a_backlog_is_caught_up_in_bounded_steps() {
    let minutely = Timing::read(None, None, Some(60)).unwrap();
    let (mut next, now) = (utc("2025-06-01T00:00:00Z"), utc("2025-06-02T16:39:59Z"));
    let mut sizes = Vec::new();
    while next <= now {
        let due = minutely.due(next, now, All).unwrap();
        assert_eq!(due.ticks.first(), Some(&next));
        sizes.push(due.ticks.len());
        next = due.next_at;
    }
    assert_eq!(sizes, [AT_ONCE, AT_ONCE, 440]);
}

#[test]
fn years_of_missed_minutes_cost_no_more_than_one() {
    let minutely = Timing::read(Some("* * * * *"), Some("Europe/Berlin"), None).unwrap();
    let now = utc("2025-06-04T13:00:30Z");
    let due = minutely.due(utc("1990-01-01T00:00:00Z"), now, One).unwrap();
    assert_eq!((due.ticks, due.next_at), (vec![utc("2025-06-04T13:00:00Z")], utc("2025-06-04T13:01:00Z")));
}

#[test]
fn after_a_pause_an_awaited_tick_is_still_awaited_and_a_gone_one_is_gone() {
    let next = utc("2025-06-04T10:00:00Z");
    assert_eq!(hourly().resumed(next, next - TimeDelta::minutes(1)), Some(next));
    assert_eq!(hourly().resumed(next, next), Some(next + TimeDelta::hours(1)));
}
