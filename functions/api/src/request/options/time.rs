use chrono::{DateTime, Datelike as _, Utc};
use serde_json::Value;

use super::number::seconds;
use crate::answer::problem::Problem;

/// When a task that has not begun is revoked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Expiry {
    /// So many seconds from now.
    In(f64),
    /// At this time.
    At(DateTime<Utc>),
}

impl Expiry {
    pub(super) fn seconds(self) -> Option<f64> {
        if let Self::In(seconds) = self { Some(seconds) } else { None }
    }

    pub(super) fn moment(self) -> Option<DateTime<Utc>> {
        if let Self::At(moment) = self { Some(moment) } else { None }
    }
}

/// A number of seconds from now, or a time.
pub(super) fn expiry(name: &str, value: Value) -> Result<Expiry, Problem> {
    match &value {
        Value::Number(_) => seconds(name, value).map(Expiry::In),
        Value::String(_) => moment(name, value).map(Expiry::At),
        _ => Err(Problem::invalid(
            name,
            "must be a number of seconds from now, or a time as 2026-03-12T19:03:58Z",
        )),
    }
}

/// A time in RFC 3339, with its offset from UTC.
pub(crate) fn moment(name: &str, value: Value) -> Result<DateTime<Utc>, Problem> {
    value.as_str().and_then(read).ok_or_else(|| {
        Problem::invalid(name, "must be a time in RFC 3339 with its offset, as 2026-03-12T19:03:58Z")
    })
}

fn read(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    // Neither has a name in Postgres.
    (1..=9999).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_needs_its_offset_and_a_year_that_postgres_knows() {
        for good in ["2026-03-12T19:03:58Z", "2026-03-12T19:03:58.123456+05:30", "2016-12-31T23:59:60Z"] {
            assert!(moment("eta", json!(good)).is_ok(), "{good}");
        }
        for bad in [
            "2026-03-12T19:03:58",
            "2026-03-12",
            "tomorrow",
            "",
            "1773342238",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+10:00",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
        ] {
            assert!(moment("eta", json!(bad)).is_err(), "{bad}");
        }
        for bad in [json!(1_773_342_238), json!([]), json!(null)] {
            assert!(moment("eta", bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_expiry_is_a_number_of_seconds_or_a_time() {
        assert_eq!(expiry("expires", json!(60)).unwrap(), Expiry::In(60.0));
        assert!(matches!(expiry("expires", json!("2026-03-12T19:03:58Z")).unwrap(), Expiry::At(_)));
        for bad in [json!("60"), json!(true), json!({}), json!([60])] {
            assert!(expiry("expires", bad.clone()).is_err(), "{bad}");
        }
    }
}
