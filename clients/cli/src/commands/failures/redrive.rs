use clap::Args;
use serde_json::{Map, Value, json};

use super::selection::Selection;
use crate::api::Ask;
use crate::commands::tasks::whole;
use crate::commands::{Consent, Desk, number};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;

/// The API takes no more at once.
const MOST: u64 = 1000;

/// Begins failed tasks anew with their whole budget, after it has said how many they are
///
/// At most 1,000 a call, those that failed first; `batch retry` begins any number anew.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks redrive --kind execute_test --dry-run
  $ rhesis-tasks redrive --fingerprint 5f2a9c --limit 100 --rate 10 --yes")]
pub(crate) struct Redrive {
    #[command(flatten)]
    selection: Selection,
    /// How many at most
    #[arg(short = 'n', long, default_value_t = MOST, value_parser = clap::value_parser!(u64).range(1..=MOST))]
    limit: u64,
    /// Tasks a second; all at once unless it is said
    #[arg(long, value_name = "N", value_parser = number)]
    rate: Option<f64>,
    /// Only say which
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Redrive {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let mut body = self.selection.body();
        body.insert("limit".into(), self.limit.into());
        if let Some(rate) = self.rate {
            body.insert("rate".into(), json!(rate));
        }
        let would = redrive(&desk, &body, true).await?;
        let count = would["count"].as_u64().unwrap_or(0);
        if self.dry_run || count == 0 {
            return say(&mut desk, &would, "would begin anew");
        }
        self.consent.to(&format!("Begins {count} failed tasks anew."))?;
        interrupt::say("It may have been done: rhesis-tasks dead-letters tells what is left.");
        let done = redrive(&desk, &body, false).await?;
        say(&mut desk, &done, "begin anew")
    }
}

async fn redrive(desk: &Desk, body: &Map<String, Value>, dry: bool) -> Result<Value, Failure> {
    let mut body = body.clone();
    body.insert("dry_run".into(), dry.into());
    desk.api.object(Ask::post("/dead-letters/redrive").json(&Value::Object(body)), "count").await
}

fn say(desk: &mut Desk, answer: &Value, what: &str) -> Ended {
    if desk.out.json {
        desk.out.object(answer)?;
        return Ok(Exit::Done);
    }
    for id in answer["task_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).filter_map(whole)
    {
        desk.out.line(&id.to_string())?;
    }
    desk.out.line(&format!("{} tasks {what}.", answer["count"]))?;
    Ok(Exit::Done)
}
