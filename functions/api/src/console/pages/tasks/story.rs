use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use serde_json::Value;

use crate::console::view::{duration, rows};

/// A part of a task's life.
struct Span {
    what: String,
    class: &'static str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// A task's story as a line drawn to scale: when it waited, and each attempt with what came of it.
pub(super) fn story(task: &Value, why: &Value) -> Markup {
    let Some(created) = read(&task["created_at"]) else {
        return html! {};
    };
    let now = Utc::now();
    let end = read(&task["finished_at"]).unwrap_or(now).max(created + TimeDelta::milliseconds(1));
    let mut spans: Vec<Span> = rows(&task["attempts"]).iter().filter_map(attempt).collect();
    let is_kept = |spans: &[Span], from: DateTime<Utc>| spans.iter().any(|span| span.from == from);
    if let Some(from) = read(&task["started_at"]).filter(|from| !is_kept(&spans, *from)) {
        let (class, word) = match task["status"].as_str() {
            Some("SUCCESS") => ("good", "succeeded"),
            Some("FAILURE") => ("bad", "failed"),
            Some("REVOKED") => ("off", "was revoked"),
            _ => ("busy", "runs"),
        };
        spans.push(Span { what: format!("attempt {} {word}", task["attempt"]), class, from, to: end });
    }
    let whole = (end - created).num_milliseconds().max(1);
    let at = |time: DateTime<Utc>| ((time - created).num_milliseconds().clamp(0, whole)) * 1000 / whole;
    html! {
        figure.story {
            svg role="img" aria-label={ "From its start to " @if task["finished_at"].is_null() { "now" } @else { "its end" } ": " (duration(Some(whole))) }
                viewBox="0 0 1000 24" preserveAspectRatio="none" {
                rect.rest x="0" y="9" width="1000" height="6" {}
                @for span in &spans {
                    g { title { (span.what) ", " (duration(Some((span.to - span.from).num_milliseconds()))) }
                        rect class=(span.class) x=(at(span.from)) y="2" width=((at(span.to) - at(span.from)).max(3)) height="20" {} }
                }
                @if let Some(due) = read(&task["not_before"]).filter(|due| *due < now) {
                    rect.due x=(at(due)) y="0" width="2" height="24" {}
                }
            }
            ol.steps {
                li { "started " (shown(created)) }
                @for span in &spans { li { (span.what) " after " (duration(Some((span.from - created).num_milliseconds()))) ", for " (duration(Some((span.to - span.from).num_milliseconds()))) } }
                @if let Some(next) = read(&task["not_before"]) { li { "may begin " (shown(next)) } }
                @if why["evidence"]["next_repeat_at"].is_string() { li { "its message is repeated " (shown_value(&why["evidence"]["next_repeat_at"])) } }
                @if let Some(ended) = read(&task["finished_at"]) { li { "ended " (shown(ended)) " after " (duration(Some((ended - created).num_milliseconds()))) } }
            }
        }
    }
}

fn attempt(one: &Value) -> Option<Span> {
    let outcome = one["outcome"].as_str().unwrap_or_default();
    let class = match outcome {
        "snooze" | "interrupted" | "contended" => "wait",
        "revoked" => "off",
        _ => "bad",
    };
    let to = read(&one["ended_at"])?;
    let from = read(&one["claimed_at"]).unwrap_or(to);
    Some(Span { what: format!("attempt {} ended as {outcome}", one["attempt"]), class, from, to })
}

fn read(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|time| time.to_utc())
}

fn shown(time: DateTime<Utc>) -> Markup {
    html! { time datetime=(time.to_rfc3339()) { (time.format("%Y-%m-%d %H:%M:%S UTC")) } }
}

fn shown_value(value: &Value) -> Markup {
    crate::console::view::time(value)
}
