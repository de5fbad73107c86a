use maud::{Markup, html};
use serde_json::Value;

/// The share of tests that passed, with the interval in which the true share is, nineteen times of twenty.
pub(in crate::console::pages) fn rate(run: &Value) -> Markup {
    let count = |name: &str| run[name].as_i64().unwrap_or(0);
    let (passed, done) = (count("passed"), count("done"));
    match interval(passed, done) {
        None => html! { span.none { "–" } },
        Some((least, greatest)) => html! {
            span title={ "of tests like these " (percent(least)) " to " (percent(greatest)) " pass, by 95 % confidence" } {
                (percent(share(passed, done)))
            }
            small.none { " " (percent(least)) "–" (percent(greatest)) }
        },
    }
}

/// Wilson's interval of a share, at 95 %.
fn interval(passed: i64, of: i64) -> Option<(f64, f64)> {
    const Z: f64 = 1.96;
    if of == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of tests")]
    let n = of as f64;
    let share = share(passed, of);
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of tests")]
fn share(passed: i64, of: i64) -> f64 {
    passed as f64 / of as f64
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_wide_for_few_tests_and_narrow_for_many() {
        let (least, greatest) = interval(8, 10).unwrap();
        assert!((0.49..0.5).contains(&least) && (0.94..0.95).contains(&greatest), "{least} {greatest}");
        let (least, greatest) = interval(8000, 10_000).unwrap();
        assert!(greatest - least < 0.016);
        assert_eq!(interval(0, 0), None);
        assert!(interval(10, 10).unwrap().1 <= 1.0);
    }
}
