use std::path::PathBuf;

use clap::Args;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::gate::{Counts, Gate, Verdict};
use super::junit;
use crate::api::{Ask, Pages};
use crate::commands::Desk;
use crate::commands::tasks::{text, whole_id};
use crate::exit::{Ended, Failure};
use crate::output::{Sink, Table, seconds};

/// Causes that are shown of what did not pass.
const MOST_SHOWN: usize = 10;

/// What is made of a run that has ended.
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    gate: Gate,
    #[arg(long, value_name = "FILE", help = "Write the results as JUnit XML, for CI")]
    junit: Option<PathBuf>,
}

impl Report {
    /// Whether ids among the options can be read; before anything is started.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.gate.fail_on_regression.as_deref().map(|before| whole_id(before, "run")).transpose()?;
        Ok(())
    }

    /// Judges a run, writes and prints what is wanted of it.
    pub(super) async fn make(&self, desk: &mut Desk, run: Uuid, counts: &Counts, shown: &RawValue) -> Ended {
        let worse = match &self.gate.fail_on_regression {
            Some(before) => {
                let before = whole_id(before, "run")?;
                let asked = Ask::get(format!("/test_runs/{run}/compare/{before}"));
                let compared = desk.api.object(asked, "worse").await?;
                Some(compared["worse"].as_u64().unwrap_or_default())
            }
            None => None,
        };
        let verdict = self.gate.judge(counts, worse);
        if let Some(file) = &self.junit {
            junit::write(&desk.api, run, counts, shown, &verdict, file).await?;
        }
        if desk.out.json {
            let mut run: Value = serde_json::from_str(shown.get()).unwrap_or_default();
            run["verdict"] = json!({"failed": !verdict.reasons.is_empty(), "reasons": verdict.reasons});
            desk.out.object(&run)?;
        } else {
            print(&mut desk.out, shown)?;
            causes(desk, run, counts).await?;
            say(&mut desk.out, &verdict)?;
        }
        Ok(verdict.exit())
    }
}

fn say(out: &mut Sink, verdict: &Verdict) -> Result<(), Failure> {
    match verdict.reasons.as_slice() {
        [] => Ok(()),
        reasons => out.line(&format!("failed : {}", reasons.join("; ")).replace(" :", ":")),
    }
}

/// Prints a run for a person.
pub(super) fn print(out: &mut Sink, shown: &RawValue) -> Result<(), Failure> {
    let run: Value = serde_json::from_str(shown.get()).unwrap_or_default();
    let number = |name: &str| run[name].as_u64().unwrap_or_default();
    out.heading(&format!("run {}", text(&run["id"])))?;
    let mut table = Table::plain();
    let some = |value: &Value| Some(text(value)).filter(|text| !text.is_empty());
    table
        .pair("name", some(&run["name"]))
        .pair("status", some(&run["status"]))
        .pair("test set", some(&run["test_set"]["name"]))
        .pair("endpoint", some(&run["endpoint"]["name"]))
        .pair("error", some(&run["error"]))
        .pair("took", run["execution_time_ms"].as_f64().map(|ms| seconds(ms / 1000.0)));
    out.table(&table)?;
    let rate = match number("total") {
        0 => String::new(),
        total => format!(" ({} %)", number("passed") * 100 / total),
    };
    out.line(&format!(
        "{} tests: {} passed{rate}, {} failed, {} errors",
        number("total"),
        number("passed"),
        number("failed"),
        number("errors")
    ))
}

/// The first tests that did not pass.
async fn causes(desk: &mut Desk, run: Uuid, counts: &Counts) -> Result<(), Failure> {
    let mut table = Table::new(["status", "prompt", "reason"]);
    let mut shown = 0;
    for status in ["Fail", "Error"] {
        let mut pages = Pages::of(
            &desk.api,
            format!("/test_results?test_run_id={run}&status={status}&limit={MOST_SHOWN}"),
        );
        for row in pages.next().await?.unwrap_or_default() {
            let result: Value = serde_json::from_str(row.get()).unwrap_or_default();
            if shown < MOST_SHOWN {
                table.row([text(&result["status"]), text(&result["prompt"]), text(&result["reason"])]);
                shown += 1;
            }
        }
    }
    if shown == 0 {
        return Ok(());
    }
    desk.out.line("")?;
    desk.out.table(&table)?;
    let left = (counts.failed + counts.errors).saturating_sub(shown as u64);
    if left > 0 {
        desk.out.line(&format!("… and {left} more: rhesis-tasks results {run} --failed"))?;
    }
    desk.out.line("")
}
