use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use maud::{Markup, html};
use serde_json::Value;

use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Bar, Place, chart, rows};

/// A span that a chart shows: its name in the address, its length and that of a bar, and how a bar's time is written.
struct Window {
    name: &'static str,
    label: &'static str,
    length: TimeDelta,
    step: TimeDelta,
    format: &'static str,
}

const WINDOWS: [Window; 3] = [
    Window {
        name: "hour",
        label: "Last hour",
        length: TimeDelta::hours(1),
        step: TimeDelta::minutes(1),
        format: "%H:%M UTC",
    },
    Window {
        name: "day",
        label: "Last day",
        length: TimeDelta::days(1),
        step: TimeDelta::minutes(15),
        format: "%a %H:%M UTC",
    },
    Window {
        name: "week",
        label: "Last week",
        length: TimeDelta::days(7),
        step: TimeDelta::hours(2),
        format: "%a %d %b %H:%M UTC",
    },
];

/// How tasks ended over the last hour, day or week, as `?window=` of the page says; of one kind, or of all.
pub(in crate::console::pages) async fn throughput(
    by: &SignedIn,
    kind: Option<&str>,
) -> Result<Markup, Refusal> {
    let asked = by.place.asked("window");
    let window = WINDOWS.iter().find(|window| window.name == asked).unwrap_or(&WINDOWS[0]);
    let spans = by.ask.body(&format!("/tasks/throughput?window={}", window.name)).await?;
    let bars = bars(window, &spans, kind, Utc::now());
    Ok(html! {
        (tabs(&by.place, window))
        (chart("Ended tasks", "succeeded", "failed", &bars))
    })
}

fn tabs(place: &Place, shown: &Window) -> Markup {
    html! {
        nav.tabs aria-label="Span of the chart" {
            @for window in &WINDOWS {
                a href=(place.with("window", window.name)) aria-current=[(window.name == shown.name).then_some("true")] { (window.label) }
            }
        }
    }
}

/// A bar for every span up to now, also for those without an end.
fn bars(window: &Window, spans: &Value, kind: Option<&str>, now: DateTime<Utc>) -> Vec<Bar> {
    let last = now.duration_trunc(window.step).unwrap_or(now);
    let mut at = last + window.step - window.length;
    let mut bars = Vec::new();
    while at <= last {
        let here = rows(spans).iter().filter(|span| {
            kind.is_none_or(|kind| span["kind"] == kind)
                && span["since"]
                    .as_str()
                    .and_then(|since| DateTime::parse_from_rfc3339(since).ok())
                    .is_some_and(|since| since.to_utc() >= at && since.to_utc() < at + window.step)
        });
        let (good, bad) = here.fold((0, 0), |(good, bad), span| {
            (good + span["succeeded"].as_i64().unwrap_or(0), bad + span["failed"].as_i64().unwrap_or(0))
        });
        let label = at.format(window.format).to_string();
        bars.push(Bar { label, at: Some(at), good, bad, link: None });
        at += window.step;
    }
    bars
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_span_has_a_bar_and_every_end_is_in_one() {
        let now = DateTime::parse_from_rfc3339("2026-03-12T10:30:20Z").unwrap().to_utc();
        let spans = json!([
            { "kind": "a", "since": "2026-03-12T09:31:00Z", "succeeded": 2, "failed": 1, "revoked": 0 },
            { "kind": "b", "since": "2026-03-12T09:31:00Z", "succeeded": 5, "failed": 0, "revoked": 0 },
            { "kind": "a", "since": "2026-03-12T10:30:00Z", "succeeded": 7, "failed": 0, "revoked": 9 },
        ]);
        let shown = bars(&WINDOWS[0], &spans, None, now);
        assert_eq!((shown.len(), &*shown[0].label, &*shown[59].label), (60, "09:31 UTC", "10:30 UTC"));
        assert_eq!((shown[0].good, shown[0].bad, shown[59].good), (7, 1, 7));
        let of_a = bars(&WINDOWS[0], &spans, Some("a"), now);
        assert_eq!((of_a[0].good, of_a[0].bad), (2, 1));
        assert_eq!(bars(&WINDOWS[1], &spans, None, now).len(), 96);
        assert_eq!(bars(&WINDOWS[2], &spans, None, now).len(), 84);
    }
}
