//! What becomes of ticks when the clocks of a place go forward and back. Berlin: 2025-03-30 02:00 → 03:00, 2025-10-26 03:00 → 02:00.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, TimeDelta, Utc};
use timetable::{Cron, Timing, Zone};

fn cron(pattern: &str, zone: &str) -> Cron {
    Cron::read(pattern, Zone::named(zone).unwrap()).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The ticks later than `from` and not later than `to`, as day, hour and minute in UTC.
fn ticks(pattern: &str, from: &str, to: &str) -> Vec<String> {
    let cron = cron(pattern, "Europe/Berlin");
    let ticks = std::iter::successors(cron.after(utc(from)), |tick| cron.after(*tick));
    ticks.take_while(|tick| *tick <= utc(to)).map(|tick| tick.format("%d %H:%M").to_string()).collect()
}

const SPRING: (&str, &str) = ("2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z");
const AUTUMN: (&str, &str) = ("2025-10-25T12:00:00Z", "2025-10-27T12:00:00Z");

#[test]
fn a_time_of_day_follows_the_clocks() {
    assert_eq!(ticks("0 6 * * *", SPRING.0, SPRING.1), ["30 04:00", "31 04:00"]);
    assert_eq!(ticks("0 6 * * *", AUTUMN.0, AUTUMN.1), ["26 05:00", "27 05:00"]);
}

#[test]
fn a_time_that_spring_leaves_out_comes_at_the_first_moment_after_the_gap() {
    assert_eq!(ticks("30 2 * * *", SPRING.0, SPRING.1), ["30 01:00", "31 00:30"]);
    assert_eq!(ticks("15,45 2 * * *", SPRING.0, SPRING.1), ["30 01:00", "31 00:15", "31 00:45"]);
    assert_eq!(ticks("0 1-4 * * *", SPRING.0, "2025-03-30T12:00:00Z"), ["30 00:00", "30 01:00", "30 02:00"]);
}

#[test]
fn a_time_that_autumn_repeats_comes_once() {
    assert_eq!(ticks("30 2 * * *", AUTUMN.0, AUTUMN.1), ["26 00:30", "27 01:30"]);
    assert_eq!(ticks("30 2,14 * * *", AUTUMN.0, AUTUMN.1), ["25 12:30", "26 00:30", "26 13:30", "27 01:30"]);
    assert_eq!(ticks("0,30 2 * * *", AUTUMN.0, "2025-10-26T12:00:00Z"), ["26 00:00", "26 00:30"]);
}

#[test]
fn what_comes_every_hour_or_so_follows_real_time() {
    let (from, to) = ("2025-03-29T23:30:00Z", "2025-03-30T02:30:00Z");
    assert_eq!(ticks("0 * * * *", from, to), ["30 00:00", "30 01:00", "30 02:00"]);
    let (from, to) = ("2025-10-25T23:30:00Z", "2025-10-26T02:30:00Z");
    assert_eq!(ticks("0 * * * *", from, to), ["26 00:00", "26 01:00", "26 02:00"]);
    let (from, to) = ("2025-10-26T00:00:00Z", "2025-10-26T01:30:00Z");
    assert_eq!(ticks("*/30 2 * * *", from, to), ["26 00:30", "26 01:00", "26 01:30"]);
    assert!(ticks("*/30 2 * * *", "2025-03-29T12:00:00Z", "2025-03-30T12:00:00Z").is_empty());
}

#[test]
fn an_interval_knows_no_clocks() {
    let day = Timing::read(None, None, Some(24 * 3600)).unwrap();
    let tick = utc("2025-03-29T05:00:00Z");
    let resumed = day.resumed(tick, utc("2025-11-01T12:00:00Z")).unwrap();
    assert_eq!(resumed, utc("2025-11-02T05:00:00Z"));
}

/// Missed ticks are found backwards from now, awaited ones forwards; the two must be the same ticks.
#[test]
fn looking_back_and_looking_ahead_find_the_same_ticks() {
    let patterns = [
        "30 2 * * *",
        "*/10 * * * *",
        "*/30 2 * * *",
        "15 2,3 * * *",
        "0 0 * * *",
        "59 23 L * *",
        "0 9 * * mon#1",
    ];
    for zone in [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/Santiago",
        "Asia/Kolkata",
    ] {
        for pattern in patterns {
            let cron = cron(pattern, zone);
            for start in [
                "2025-03-07T00:07:00Z",
                "2025-04-04T00:07:00Z",
                "2025-04-24T00:07:00Z",
                "2025-09-05T00:07:00Z",
                "2025-10-24T00:07:00Z",
            ] {
                let mut moment = utc(start);
                for _ in 0..200 {
                    moment += TimeDelta::minutes(41);
                    let last = cron.until(moment).unwrap();
                    let next = cron.after(moment).unwrap();
                    assert!(last <= moment && moment < next, "{zone} {pattern} {moment}");
                    assert_eq!(cron.after(last), Some(next), "{zone} {pattern} {moment}");
                    assert_eq!(cron.until(next), Some(next), "{zone} {pattern} {moment}");
                }
            }
        }
    }
}
