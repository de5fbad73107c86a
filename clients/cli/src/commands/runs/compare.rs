use clap::Args;
use serde_json::Value;

use crate::api::{Ask, Pages, ask};
use crate::commands::Desk;
use crate::commands::tasks::{text, whole_id};
use crate::exit::{Ended, Exit};
use crate::output::Table;

/// The ways in which a test may stand since, as the API names them, and as people do.
const CHANGES: [(&str, &str); 6] = [
    ("worse", "worse"),
    ("better", "better"),
    ("changed", "changed"),
    ("same", "the same"),
    ("only_before", "only before"),
    ("only_after", "only after"),
];

const HEADER: [&str; 4] = ["change", "before", "after", "prompt"];

/// Says what is better, worse or changed between an earlier run and a later one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks compare 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a24
  $ rhesis-tasks compare --fail-on-worse 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a24")]
pub(crate) struct Compare {
    /// The earlier run
    before: String,
    /// The later run
    after: String,
    /// Which tests are listed: all but the same unless it is said
    #[arg(long, value_parser = ["better", "worse", "changed", "same", "only_before", "only_after"])]
    change: Option<String>,
    /// Exit status 1 if a test is worse
    #[arg(long)]
    fail_on_worse: bool,
}

impl Compare {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let path = format!(
            "/test_runs/{}/compare/{}",
            whole_id(&self.after, "run")?,
            whole_id(&self.before, "run")?
        );
        let counts = desk.api.object(Ask::get(path.as_str()), "worse").await?;
        if desk.out.json {
            desk.out.object(&counts)?;
        } else {
            let said = CHANGES.map(|(name, said)| format!("{} {said}", counts[name]));
            desk.out.line(&said.join(", "))?;
        }
        let changes = match &self.change {
            Some(change) => vec![change.as_str()],
            None => vec!["worse", "better", "changed", "only_before", "only_after"],
        };
        let mut first = true;
        for change in changes.into_iter().filter(|change| counts[*change].as_u64() > Some(0)) {
            let mut pages = Pages::of(
                &desk.api,
                ask::with_query(&format!("{path}/tests"), [("change", Some(change.into()))]),
            );
            while let Some(page) = pages.next().await? {
                let mut table = if first { Table::new(HEADER) } else { Table::more(HEADER) };
                for row in page {
                    first = false;
                    if desk.out.json {
                        desk.out.raw(&row)?;
                        continue;
                    }
                    let test: Value = serde_json::from_str(row.get()).unwrap_or_default();
                    let names = ["change", "before_status", "after_status", "prompt"];
                    table.row(names.map(|name| text(&test[name])));
                }
                if !desk.out.json {
                    desk.out.table(&table)?;
                }
            }
        }
        let worse = counts["worse"].as_u64() > Some(0);
        Ok(if self.fail_on_worse && worse { Exit::Failed } else { Exit::Done })
    }
}
