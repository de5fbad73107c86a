use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::selection::Selection;
use crate::api::Ask;
use crate::commands::tasks::{text, whole_id};
use crate::commands::{Consent, Desk, list, number};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::{Bar, ago};

/// How often is looked while it is waited for.
const PAUSE: Duration = Duration::from_secs(1);

/// Ends, or begins anew, all tasks that match: any number, counted first, at a rate, and it can be stopped
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ rhesis-tasks batch revoke --kind execute_test --since 2h",
    arg_required_else_help = true
)]
pub(crate) struct Batch {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Ends tasks that have not ended
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks batch revoke --kind execute_test --since 2h --dry-run"
    )]
    Revoke(Many),
    /// Begins tasks anew that ended as FAILURE or REVOKED
    #[command(after_help = "Examples:\n  $ rhesis-tasks batch retry --fingerprint 5f2a9c --rate 50 --yes")]
    Retry(Many),
    /// Lists batch operations, newest first
    #[command(after_help = "Examples:\n  $ rhesis-tasks batch list")]
    List,
    /// Shows how far one is
    #[command(after_help = "Examples:\n  $ rhesis-tasks batch show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Show {
        /// The batch operation
        id: String,
    },
    /// Stops one; what it has done stays done
    #[command(after_help = "Examples:\n  $ rhesis-tasks batch stop 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Stop {
        /// The batch operation
        id: String,
    },
}

#[derive(Debug, Args)]
struct Many {
    #[command(flatten)]
    selection: Selection,
    /// Only tasks that stand so
    #[arg(long, value_parser = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"], ignore_case = true)]
    status: Option<String>,
    /// Only members of this group
    #[arg(long)]
    group: Option<String>,
    /// Only tasks that this one started
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// Tasks a second; as fast as it can unless it is said
    #[arg(long, value_name = "N", value_parser = number)]
    rate: Option<f64>,
    /// Only count them
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not wait for its end
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    consent: Consent,
}

impl Batch {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::Revoke(many) => many.run(desk, "revoke", "Ends").await,
            What::Retry(many) => many.run(desk, "retry", "Begins anew").await,
            What::List => {
                list(
                    &mut desk,
                    "/batch_operations?limit=200",
                    ["batch", "operation", "done", "of", "begun", "stands"],
                    |it| {
                        let stands = stands(it);
                        [
                            text(&it["id"]),
                            text(&it["operation"]),
                            text(&it["done"]),
                            text(&it["matched"]),
                            ago(&it["created_at"]),
                            stands,
                        ]
                    },
                )
                .await
            }
            What::Show { id } => {
                let batch = desk.api.object(Ask::get(path(&id)?), "matched").await?;
                say(&mut desk, &batch)
            }
            What::Stop { id } => {
                let batch = desk.api.object(Ask::delete(path(&id)?), "matched").await?;
                say(&mut desk, &batch)
            }
        }
    }
}

impl Many {
    async fn run(self, mut desk: Desk, operation: &str, what: &str) -> Ended {
        let mut body = self.selection.body();
        body.insert("operation".into(), operation.into());
        let optional = [
            ("status", self.status.map(|it| it.to_uppercase().into())),
            ("group_id", self.group.map(Value::from)),
            ("parent_id", self.parent.map(Value::from)),
            ("rate", self.rate.map(|rate| json!(rate))),
        ];
        body.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let counted = ask(&desk, &body, true).await?;
        if self.dry_run || counted["matched"] == 0 {
            desk.out.answer(&counted, &format!("{} tasks match.", counted["matched"]))?;
            return Ok(Exit::Done);
        }
        self.consent.to(&format!("{what} {} tasks.", counted["matched"]))?;
        let mut batch = ask(&desk, &body, false).await?;
        let id = text(&batch["id"]);
        interrupt::say(format!(
            "It goes on. To look: rhesis-tasks batch show {id}; to stop it: rhesis-tasks batch stop {id}"
        ));
        let bar = Bar::new(batch["matched"].as_u64().unwrap_or(0), operation);
        while !self.no_wait && batch["finished_at"].is_null() && batch["stopped_at"].is_null() {
            let (done, all) = (batch["done"].as_u64().unwrap_or(0), batch["matched"].as_u64().unwrap_or(0));
            bar.show(done, all, "");
            tokio::time::sleep(PAUSE).await;
            batch = desk.api.object(Ask::get(path(&id)?), "matched").await?;
        }
        bar.end();
        say(&mut desk, &batch)
    }
}

async fn ask(desk: &Desk, body: &Map<String, Value>, dry: bool) -> Result<Value, Failure> {
    let mut body = body.clone();
    body.insert("dry_run".into(), dry.into());
    desk.api.object(Ask::post("/batch_operations").json(&Value::Object(body)), "matched").await
}

fn path(text: &str) -> Result<String, Failure> {
    Ok(format!("/batch_operations/{}", whole_id(text, "batch operation")?))
}

fn stands(batch: &Value) -> String {
    match (batch["stopped_at"].is_null(), batch["finished_at"].is_null()) {
        (false, _) => format!("stopped {}", ago(&batch["stopped_at"])),
        (true, false) => format!("finished {}", ago(&batch["finished_at"])),
        (true, true) => "goes on".into(),
    }
}

fn say(desk: &mut Desk, batch: &Value) -> Ended {
    desk.out.answer(
        batch,
        &format!(
            "{} {}: {} of {} tasks done, {} skipped, {}",
            text(&batch["operation"]),
            text(&batch["id"]),
            batch["done"],
            batch["matched"],
            batch["skipped"],
            stands(batch)
        ),
    )?;
    Ok(Exit::Done)
}
