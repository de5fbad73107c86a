use maud::{Markup, html};

/// A column of a chart: its label, and what it stands for, good below and bad above.
pub(in crate::console) struct Bar {
    pub(in crate::console) label: String,
    pub(in crate::console) good: i64,
    pub(in crate::console) bad: i64,
    /// Where the column leads to, if anywhere.
    pub(in crate::console) link: Option<String>,
}

/// Columns side by side, and the same numbers as a table behind a fold.
pub(in crate::console) fn chart(title: &str, good: &str, bad: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.good + bar.bad).max().unwrap_or(0).max(1);
    let width = 1000 / i64::try_from(bars.len().max(1)).unwrap_or(1);
    let height = |count: i64| count * 100 / most;
    html! {
        figure.chart {
            figcaption { (title) }
            svg role="img" aria-label={ (title) ": " (bars.iter().map(|bar| bar.good).sum::<i64>()) " " (good) ", " (bars.iter().map(|bar| bar.bad).sum::<i64>()) " " (bad) } viewBox="0 0 1000 100" preserveAspectRatio="none" {
                @for (place, bar) in (0i64..).zip(bars) {
                    g {
                        title { (bar.label) ": " (bar.good) " " (good) ", " (bar.bad) " " (bad) }
                        rect.good x=(place * width) y=(100 - height(bar.good)) width=((width - 2).max(1)) height=(height(bar.good)) {}
                        rect.bad x=(place * width) y=(100 - height(bar.good) - height(bar.bad)) width=((width - 2).max(1)) height=(height(bar.bad)) {}
                    }
                }
            }
            details {
                summary { "The numbers" }
                div.scroll tabindex="0" { table {
                    thead { tr { th scope="col" { "When" } th.number scope="col" { (good) } th.number scope="col" { (bad) } } }
                    tbody { @for bar in bars { tr {
                        th scope="row" { @match &bar.link { Some(link) => { a href=(link) { (bar.label) } }, None => { (bar.label) } } }
                        td.number { (bar.good) } td.number { (bar.bad) }
                    } } }
                } }
            }
        }
    }
}
