use clap::Args;
use serde_json::Value;

use crate::api::{Ask, Pages, ask};
use crate::commands::Desk;
use crate::commands::tasks::{text, whole_id};
use crate::exit::{Ended, Exit};
use crate::output::{self, Table};

const HEADER: [&str; 4] = ["test", "status", "prompt", "reason"];

/// Lists the results of a run in the order of its tests
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks results 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --failed
  $ rhesis-tasks results 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --metric polite --grep refund")]
pub(crate) struct Results {
    /// The run
    run: String,
    /// Only what did not pass: Fail and Error
    #[arg(long, conflicts_with = "status")]
    failed: bool,
    /// Only results that are so
    #[arg(long, value_parser = ["Pass", "Fail", "Error"])]
    status: Option<String>,
    /// Only what this metric did not let pass
    #[arg(long, value_name = "NAME")]
    metric: Option<String>,
    /// Only with this text in prompt, reason or answer, in whatever case
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,
}

impl Results {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        desk.out.ends_with_its_reader();
        let run = whole_id(&self.run, "run")?;
        let path = ask::with_query(
            "/test_results",
            [
                ("test_run_id", Some(run.to_string())),
                ("status", self.status),
                ("metric", self.metric),
                ("search", self.grep),
                ("limit", Some("200".into())),
            ],
        );
        let (mut pages, mut first) = (Pages::of(&desk.api, path), true);
        let mut found = false;
        while let Some(page) = pages.next().await? {
            let mut table = if first { Table::new(HEADER) } else { Table::more(HEADER) };
            let mut rows = 0;
            for row in page {
                let result: Value = serde_json::from_str(row.get()).unwrap_or_default();
                if self.failed && result["status"] == "Pass" {
                    continue;
                }
                rows += 1;
                if desk.out.json {
                    desk.out.raw(&row)?;
                } else {
                    let [position, status, prompt, reason] =
                        ["position", "status", "prompt", "reason"].map(|name| text(&result[name]));
                    table.row([position, status, prompt, reason]);
                }
            }
            if rows > 0 && !desk.out.json {
                desk.out.table(&table)?;
                first = false;
            }
            found |= rows > 0;
        }
        if !found {
            // None of a run, or of no run at all.
            desk.api.object(Ask::get(format!("/test_runs/{run}")), "id").await?;
            output::aside("There is no such result.");
        }
        Ok(Exit::Done)
    }
}
