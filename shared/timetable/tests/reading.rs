//! Which timings are accepted, and how the others are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{DateTime, Utc};
use timetable::Timing;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn patterns_are_those_of_vixies_cron() {
    let now = utc("2025-06-04T10:15:30Z");
    for (pattern, first) in [
        ("* * * * *", "2025-06-04T10:16:00Z"),
        ("15 10 * * *", "2025-06-05T10:15:00Z"),
        ("0 9 * * 1", "2025-06-09T09:00:00Z"),
        ("0 9 * * mon-fri", "2025-06-05T09:00:00Z"),
        ("0 0 * * 0", "2025-06-08T00:00:00Z"),
        ("0 0 * * 7", "2025-06-08T00:00:00Z"),
        ("0 0 13 * fri", "2025-06-06T00:00:00Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
        ("0 0 L * *", "2025-06-30T00:00:00Z"),
        ("@daily", "2025-06-05T00:00:00Z"),
        ("  5/1 * * * *", ""),
    ] {
        let timing = Timing::read(Some(pattern), None, None);
        match first {
            "" => assert!(timing.is_err(), "{pattern}"),
            first => assert_eq!(timing.unwrap().first(now), Ok(utc(first)), "{pattern}"),
        }
    }
}

#[test]
fn what_is_no_timing_is_refused_by_its_field() {
    let long = "1,".repeat(200);
    for (cron, zone, every, field) in [
        (None, None, None, "cron"),
        (Some(""), None, None, "cron"),
        (Some("* * * *"), None, None, "cron"),
        (Some("* * * * * *"), None, None, "cron"),
        (Some("60 * * * *"), None, None, "cron"),
        (Some("*/0 * * * *"), None, None, "cron"),
        (Some("5-1 * * * *"), None, None, "cron"),
        (Some("@reboot"), None, None, "cron"),
        (Some("tomorrow"), None, None, "cron"),
        (Some("ß * * * *"), None, None, "cron"),
        (Some(long.as_str()), None, None, "cron"),
        (Some("* * * * *"), Some("Berlin"), None, "time_zone"),
        (Some("* * * * *"), Some("europe/berlin"), None, "time_zone"),
        (Some("* * * * *"), Some("+02:00"), None, "time_zone"),
        (Some("* * * * *"), Some(""), None, "time_zone"),
        (Some("* * * * *"), None, Some(60), "every"),
        (None, Some("UTC"), Some(60), "time_zone"),
        (None, Some("UTC"), None, "cron"),
        (None, None, Some(9), "every"),
        (None, None, Some(0), "every"),
        (None, None, Some(i64::MIN), "every"),
        (None, None, Some(366 * 24 * 3600 + 1), "every"),
    ] {
        let refused = Timing::read(cron, zone, every).unwrap_err();
        assert_eq!(refused.field, field, "{cron:?} {zone:?} {every:?}: {refused}");
    }
}

#[test]
fn a_pattern_that_never_comes_is_refused() {
    for pattern in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
        let refused = Timing::read(Some(pattern), None, None).unwrap().first(Utc::now()).unwrap_err();
        assert_eq!((refused.field, refused.detail.as_str()), ("cron", "never comes"));
    }
}

#[test]
fn an_interval_begins_with_its_first_length_on_a_whole_second() {
    let timing = Timing::read(None, None, Some(90)).unwrap();
    assert_eq!(timing.first(utc("2025-06-04T10:15:30.987654Z")), Ok(utc("2025-06-04T10:17:00Z")));
}
