use maud::{Markup, html};
use serde_json::Value;

/// A task's or a run's status, by a word and a shape, never by colour alone.
pub(in crate::console) fn status(value: &Value) -> Markup {
    let word = value.as_str().unwrap_or("unknown");
    let (class, sign) = match word {
        "SUCCESS" | "Completed" | "Pass" | "delivered" => ("good", "✓"),
        "FAILURE" | "Failed" | "Fail" => ("bad", "✗"),
        "Error" | "Partial" | "RETRY" => ("warn", "!"),
        "STARTED" | "Progress" => ("busy", "▸"),
        "REVOKED" | "Cancelled" => ("off", "⊘"),
        _ => ("wait", "○"),
    };
    html! { span class={ "status " (class) } { span aria-hidden="true" { (sign) } " " (word) } }
}

/// A run's results as one bar: passed, failed, errors, and what is left.
pub(in crate::console) fn verdicts(run: &Value) -> Markup {
    let count = |name: &str| run[name].as_i64().unwrap_or(0);
    let (passed, failed, errors) = (count("passed"), count("failed"), count("errors"));
    let total = count("total").max(passed + failed + errors);
    let left = total - passed - failed - errors;
    let label = format!("{passed} passed, {failed} failed, {errors} errors, {left} left of {total}");
    bar(&label, total, &[("good", passed), ("bad", failed), ("warn", errors)])
}

/// How much of something is done.
pub(in crate::console) fn progress(done: i64, total: i64) -> Markup {
    bar(&format!("{done} of {total}"), total, &[("good", done)])
}

/// Parts of a whole, drawn to scale; without a `style`, which the pages' policy forbids.
fn bar(label: &str, total: i64, parts: &[(&str, i64)]) -> Markup {
    let scale = |part: i64| if total > 0 { part * 1000 / total } else { 0 };
    // Each part begins where those before it end.
    let begins = parts.iter().scan(0, |at, (_, part)| Some(std::mem::replace(at, *at + part)));
    html! {
        svg.bar role="img" aria-label=(label) viewBox="0 0 1000 10" preserveAspectRatio="none" {
            title { (label) }
            rect.rest x="0" y="0" width="1000" height="10" {}
            @for ((class, part), at) in parts.iter().zip(begins) {
                rect class=(class) x=(scale(at)) y="0" width=(scale(*part)) height="10" {}
            }
        }
    }
}
