use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde_json::Value;

/// A time in UTC, which the script shows in the reader's zone; a dash if there is none.
pub(in crate::console) fn time(value: &Value) -> Markup {
    match read(value) {
        Some(time) => html! {
            time datetime=(time.to_rfc3339()) { (time.format("%Y-%m-%d %H:%M:%S UTC")) }
        },
        None => none(),
    }
}

/// How long ago a time is, or in how long it comes, by the server's clock; the time itself is its title.
pub(in crate::console) fn ago(value: &Value) -> Markup {
    match read(value) {
        Some(time) => {
            let away = (Utc::now() - time).num_milliseconds();
            let span = duration(Some(away.abs()));
            html! {
                time datetime=(time.to_rfc3339()) title=(time.format("%Y-%m-%d %H:%M:%S UTC")) data-ago {
                    @if away >= 0 { (span) " ago" } @else { "in " (span) }
                }
            }
        }
        None => none(),
    }
}

/// When something was last used, which is written down once an hour and told by the hour.
pub(in crate::console) fn last_used(value: &Value) -> Markup {
    let Some(time) = read(value) else { return none() };
    let told = match (Utc::now() - time).num_hours() {
        ..2 => "in the last two hours".to_owned(),
        hours @ 2..48 => format!("{hours} h ago"),
        hours => format!("{} days ago", hours / 24),
    };
    html! { time datetime=(time.to_rfc3339()) title=(time.format("%Y-%m-%d %H:%M UTC")) { (told) } }
}

/// A number of milliseconds in the unit that suits it; a dash for none.
pub(in crate::console) fn duration(milliseconds: Option<i64>) -> String {
    match milliseconds {
        None => "–".to_owned(),
        Some(ms) if ms < 1000 => format!("{ms} ms"),
        Some(ms) if ms < 60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        Some(ms) if ms < 3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
        Some(ms) if ms < 172_800_000 => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
        Some(ms) => format!("{} days", ms / 86_400_000),
    }
}

fn read(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|time| time.to_utc())
}

fn none() -> Markup {
    html! { span.none { "–" } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_use_is_told_by_the_hour() {
        let told = |minutes: i64| {
            let used = Utc::now() - chrono::TimeDelta::minutes(minutes);
            last_used(&used.to_rfc3339().into()).into_string()
        };
        for (minutes, text) in [
            (1, "in the last two hours"),
            (119, "in the last two hours"),
            (150, "2 h ago"),
            (5000, "3 days ago"),
        ] {
            assert!(told(minutes).contains(&format!(">{text}<")), "{}", told(minutes));
        }
        assert!(last_used(&Value::Null).into_string().contains('–'));
    }

    #[test]
    fn a_duration_is_told_in_the_unit_that_suits_it() {
        let told = [0, 999, 1_000, 61_500, 3_600_000, 200_000_000].map(|ms| duration(Some(ms)));
        assert_eq!(told, ["0 ms", "999 ms", "1.0 s", "1 min 1 s", "1 h 0 min", "2 days"]);
        assert_eq!(duration(None), "–");
    }
}
