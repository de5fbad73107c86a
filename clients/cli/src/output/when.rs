use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

/// How long ago a time of the API was, or how far ahead it is, in one unit; empty for null.
pub(crate) fn ago(time: &Value) -> String {
    let Some(then) = time.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok()) else {
        return String::new();
    };
    let seconds = (Utc::now() - then.with_timezone(&Utc)).as_seconds_f64();
    if seconds < 0.0 {
        format!("in {}", self::seconds(-seconds))
    } else {
        format!("{} ago", self::seconds(seconds))
    }
}

/// A duration in the unit that fits.
pub(crate) fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3600.0),
        s => format!("{:.0} d", s / 86400.0),
    }
}

/// A time as the user gives it: RFC 3339, or so long ago as `90s`, `30m`, `2h`, `7d`.
pub(crate) fn moment(text: &str) -> Result<String, String> {
    if DateTime::parse_from_rfc3339(text).is_ok() {
        return Ok(text.to_owned());
    }
    let wrong =
        || format!("{text:?} is neither a time as 2026-03-12T19:00:00Z nor a while as 90s, 30m, 2h or 7d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let each: i64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    let before = chrono::TimeDelta::try_seconds(i64::from(number) * each).ok_or_else(wrong)?;
    let then = Utc::now().checked_sub_signed(before).ok_or_else(wrong)?;
    Ok(then.to_rfc3339_opts(SecondsFormat::Millis, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_while_ago_is_a_time_and_nonsense_is_refused() {
        assert!(moment("2h").unwrap() < moment("1h").unwrap());
        assert_eq!(moment("2026-03-12T19:00:00Z").unwrap(), "2026-03-12T19:00:00Z");
        for nonsense in ["", "h", "2", "2y", "-2h", "2½", "4294967295w", "yesterday"] {
            assert!(moment(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn times_are_told_in_one_unit() {
        assert_eq!(
            [seconds(0.42), seconds(61.0), seconds(600.0), seconds(90_000.0)],
            ["0.4 s", "61 s", "10 min", "25 h"]
        );
        assert_eq!(ago(&Value::Null), "");
    }
}
