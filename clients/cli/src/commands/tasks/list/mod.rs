mod merge;

use clap::Args;
use serde_json::Value;

use super::show::text;
use crate::api::{Pages, ask};
use crate::commands::Desk;
use crate::exit::{Ended, Exit};
use crate::output::{self, Table, ago, moment, seconds};
use merge::Merged;

/// How many rows a page has.
const PAGE: usize = 200;
/// How many are listed unless it is said.
const USUAL: u64 = 50;
const HEADER: [&str; 6] = ["task", "kind", "status", "attempt", "created", "took"];

/// Lists tasks, newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks list --status FAILURE,REVOKED --since 24h
  $ rhesis-tasks list --kind execute_test --all | wc -l")]
pub(crate) struct List {
    /// Only tasks that stand so; several with commas between
    #[arg(long, value_delimiter = ',', value_parser = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"], ignore_case = true)]
    status: Vec<String>,
    /// Only tasks of this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only tasks that this one started
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// Only members of this group
    #[arg(long)]
    group: Option<String>,
    /// Only tasks that were started since: a time, or a while ago as 2h
    #[arg(long, value_parser = moment, value_name = "TIME")]
    since: Option<String>,
    /// Only tasks that were started before: a time, or a while ago as 30m
    #[arg(long, value_parser = moment, value_name = "TIME")]
    until: Option<String>,
    #[arg(short = 'n', long, value_parser = clap::value_parser!(u64).range(1..), help = "How many at most; 50 unless it is said")]
    limit: Option<u64>,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

impl List {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        desk.out.ends_with_its_reader();
        let most = if self.all { u64::MAX } else { self.limit.unwrap_or(USUAL) };
        let mut left = most;
        let statuses = match self.status.as_slice() {
            [] => vec![None],
            some => some.iter().map(|status| Some(status.to_uppercase())).collect(),
        };
        let pages = statuses.into_iter().map(|status| Pages::of(&desk.api, self.path(status, left)));
        let mut rows = Merged::new(pages.collect());
        let mut table = Table::new(HEADER);
        let mut waiting = 0;
        while left > 0 {
            let Some(row) = rows.next().await? else { break };
            left -= 1;
            if desk.out.json {
                desk.out.raw(&row)?;
                continue;
            }
            add(&mut table, &serde_json::from_str(row.get()).unwrap_or_default());
            waiting += 1;
            if waiting == PAGE {
                desk.out.table(&table)?;
                (table, waiting) = (Table::more(HEADER), 0);
            }
        }
        if waiting > 0 {
            desk.out.table(&table)?;
        }
        if left == 0 && self.limit.is_none() && rows.next().await?.is_some() {
            output::aside("There are more: --all lists them.");
        } else if !desk.out.json && left == most {
            output::aside("There is no such task.");
        }
        Ok(Exit::Done)
    }

    fn path(&self, status: Option<String>, most: u64) -> String {
        let filters = [
            ("status", status),
            ("kind", self.kind.clone()),
            ("parent_id", self.parent.clone()),
            ("group_id", self.group.clone()),
            ("created_after", self.since.clone()),
            ("created_before", self.until.clone()),
            ("limit", Some(most.saturating_add(1).min(PAGE as u64).to_string())),
        ];
        ask::with_query("/tasks", filters)
    }
}

fn add(table: &mut Table, task: &Value) {
    let took = task["duration_ms"].as_f64().map(|ms| seconds(ms / 1000.0)).unwrap_or_default();
    let [id, kind, status, attempt] = ["task_id", "kind", "status", "attempt"].map(|name| text(&task[name]));
    table.row([id, kind, status, attempt, ago(&task["created_at"]), took]);
}
