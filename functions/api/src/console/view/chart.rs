use chrono::{DateTime, Utc};
use maud::{Markup, html};

/// A column of a chart: its label, and what it stands for, good below and bad above.
pub(in crate::console) struct Bar {
    pub(in crate::console) label: String,
    /// The time that the label tells, if it tells one: the script shows it in the reader's zone.
    pub(in crate::console) at: Option<DateTime<Utc>>,
    pub(in crate::console) good: i64,
    pub(in crate::console) bad: i64,
    /// Where the column leads to, if anywhere.
    pub(in crate::console) link: Option<String>,
}

/// How wide a column is, with the gap behind it, in the chart's own units.
const WIDTH: i64 = 16;

/// How many times stand below a chart: its first, its last, and those between at equal distances.
const TICKS: usize = 5;

/// Columns side by side with their scale and what the colours mean, and the same numbers as a table behind a fold.
pub(in crate::console) fn chart(title: &str, good: &str, bad: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.good + bar.bad).max().unwrap_or(0).max(1);
    let all = WIDTH * i64::try_from(bars.len().max(1)).unwrap_or(1);
    let height = |count: i64| count * 100 / most;
    html! {
        figure.chart {
            figcaption {
                (title)
                span.legend {
                    @for (class, name) in [("good", good), ("bad", bad)] {
                        span { svg.key viewBox="0 0 10 10" aria-hidden="true" { rect class=(class) width="10" height="10" {} } (name) }
                    }
                }
            }
            div.plot {
                div.scale aria-hidden="true" { span { (most) } span { "0" } }
                svg role="img" aria-label={ (title) ": " (bars.iter().map(|bar| bar.good).sum::<i64>()) " " (good) ", " (bars.iter().map(|bar| bar.bad).sum::<i64>()) " " (bad) } viewBox={ "0 0 " (all) " 100" } preserveAspectRatio="none" {
                    @for (place, bar) in (0i64..).zip(bars) {
                        g {
                            title { (bar.label) ": " (bar.good) " " (good) ", " (bar.bad) " " (bad) }
                            rect.good x=(place * WIDTH) y=(100 - height(bar.good)) width=(WIDTH - 2) height=(height(bar.good)) {}
                            rect.bad x=(place * WIDTH) y=(100 - height(bar.good) - height(bar.bad)) width=(WIDTH - 2) height=(height(bar.bad)) {}
                        }
                    }
                }
                div.ticks aria-hidden="true" { @for bar in ticks(bars) { span { (name(bar)) } } }
            }
            details {
                summary { "The numbers" }
                div.scroll tabindex="0" { table {
                    thead { tr { th scope="col" { "When" } th.number scope="col" { (good) } th.number scope="col" { (bad) } } }
                    tbody { @for bar in bars { tr {
                        th scope="row" { @match &bar.link { Some(link) => { a href=(link) { (name(bar)) } }, None => { (name(bar)) } } }
                        td.number { (bar.good) } td.number { (bar.bad) }
                    } } }
                } }
            }
        }
    }
}

/// The columns whose labels stand below.
fn ticks(bars: &[Bar]) -> Vec<&Bar> {
    let Some(last) = bars.len().checked_sub(1) else {
        return Vec::new();
    };
    let ticks = TICKS.min(bars.len());
    (0..ticks).map(|tick| &bars[tick * last / (ticks - 1).max(1)]).collect()
}

fn name(bar: &Bar) -> Markup {
    html! {
        @if let Some(at) = bar.at { time datetime=(at.to_rfc3339()) data-short { (bar.label) } } @else { (bar.label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(count: usize) -> Vec<Bar> {
        (0..count).map(|n| Bar { label: n.to_string(), at: None, good: 3, bad: 1, link: None }).collect()
    }

    fn labels(count: usize) -> Vec<String> {
        ticks(&bars(count)).iter().map(|bar| bar.label.clone()).collect()
    }

    #[test]
    fn the_ticks_are_the_first_the_last_and_some_between() {
        assert_eq!(labels(60), ["0", "14", "29", "44", "59"]);
        assert_eq!(labels(2), ["0", "1"]);
        assert_eq!(labels(1), ["0"]);
        assert_eq!(labels(0), [] as [&str; 0]);
    }

    #[test]
    fn a_chart_says_its_scale_and_its_colours() {
        let shown = chart("Ended tasks", "succeeded", "failed", &bars(3)).into_string();
        assert!(shown.contains("<span>4</span><span>0</span>"), "{shown}");
        assert!(shown.contains("</svg>succeeded</span>") && shown.contains("</svg>failed</span>"), "{shown}");
    }
}
