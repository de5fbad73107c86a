use clap::Args;
use serde_json::Value;

use crate::api::{Pages, ask};
use crate::commands::Desk;
use crate::commands::tasks::text;
use crate::exit::{Ended, Exit};
use crate::output::{self, Table, ago, moment};

/// How many rows a page has.
const PAGE: usize = 200;
/// How many are listed unless it is said.
const USUAL: u64 = 20;
const HEADER: [&str; 8] = ["run", "status", "tests", "passed", "failed", "errors", "test set", "created"];

/// Lists test runs, newest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks runs --since 7d --status Partial")]
pub(crate) struct Runs {
    /// Only runs that stand so
    #[arg(long, value_parser = ["Queued", "Progress", "Completed", "Partial", "Failed", "Cancelled"], ignore_case = true)]
    status: Option<String>,
    /// Only runs of this test set
    #[arg(long, value_name = "ID")]
    test_set: Option<String>,
    /// Only runs of this configuration
    #[arg(long, value_name = "ID")]
    configuration: Option<String>,
    /// Only runs that were started since: a time, or a while ago as 7d
    #[arg(long, value_parser = moment, value_name = "TIME")]
    since: Option<String>,
    /// Only runs that were started before: a time, or a while ago as 30m
    #[arg(long, value_parser = moment, value_name = "TIME")]
    until: Option<String>,
    #[arg(short = 'n', long, value_parser = clap::value_parser!(u64).range(1..), help = "How many at most; 20 unless it is said")]
    limit: Option<u64>,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl Runs {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        desk.out.ends_with_its_reader();
        let most = if self.all { u64::MAX } else { self.limit.unwrap_or(USUAL) };
        let status = self.status.map(|status| {
            let mut letters = status.to_lowercase();
            letters[..1].make_ascii_uppercase();
            letters
        });
        let path = ask::with_query(
            "/test_runs",
            [
                ("status", status),
                ("test_set_id", self.test_set),
                ("test_configuration_id", self.configuration),
                ("created_after", self.since),
                ("created_before", self.until),
                ("limit", Some(most.min(PAGE as u64).to_string())),
            ],
        );
        let mut pages = Pages::of(&desk.api, path);
        let (mut left, mut first) = (most, true);
        while let Some(page) = pages.next().await? {
            let mut table = if first { Table::new(HEADER) } else { Table::more(HEADER) };
            first = false;
            let rows = page.len();
            for run in page.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                left -= 1;
                if desk.out.json {
                    desk.out.raw(&run)?;
                    continue;
                }
                let run: Value = serde_json::from_str(run.get()).unwrap_or_default();
                let name =
                    if run["name"].is_null() { text(&run["test_set"]["name"]) } else { text(&run["name"]) };
                let [id, status, total, passed, failed, errors] =
                    ["id", "status", "total", "passed", "failed", "errors"].map(|name| text(&run[name]));
                table.row([id, status, total, passed, failed, errors, name, ago(&run["created_at"])]);
            }
            if !desk.out.json && rows > 0 {
                desk.out.table(&table)?;
            }
            if left == 0 {
                if pages.has_more() && self.limit.is_none() {
                    output::aside("There are more: --all lists them.");
                }
                break;
            }
        }
        Ok(Exit::Done)
    }
}
