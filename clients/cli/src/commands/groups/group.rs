use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{members, show, started};
use crate::api::Ask;
use crate::commands::tasks::{once, text, whole_id};
use crate::commands::{Consent, Desk};
use crate::exit::{Ended, Exit, Failure};

/// Starts tasks as a group, shows how one stands, or cancels it
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ rhesis-tasks group start tasks.jsonl --window 5",
    arg_required_else_help = true
)]
pub(crate) struct Group {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Start(Start),
    /// Shows how a group stands
    #[command(after_help = "Examples:\n  $ rhesis-tasks group show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Show {
        /// The group
        id: String,
    },
    /// Ends all members of a group that have not ended; its callback still runs
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks group cancel --yes 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Cancel {
        /// The group
        id: String,
        #[command(flatten)]
        consent: Consent,
    },
}

/// Starts the tasks of a file as a group, in one commit
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks group start tasks.jsonl --window 5
  $ rhesis-tasks group start tasks.jsonl --policy all_succeeded --callback '{\"kind\":\"count_test_sets\"}'")]
struct Start {
    /// An object with kind and args a line; - is stdin
    file: String,
    /// How many may be in flight; 1 runs them in their order
    #[arg(long, value_name = "N")]
    window: Option<u32>,
    /// When the callback is fired
    #[arg(long, value_parser = ["all_ended", "all_succeeded"])]
    policy: Option<String>,
    /// The task that follows the last of them, as JSON: an object with kind and args
    #[arg(long, value_name = "JSON")]
    callback: Option<String>,
    /// The same key and request are the same group
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

impl Group {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::Start(start) => start.run(desk).await,
            What::Show { id } => show(&mut desk, &id).await,
            What::Cancel { id, consent } => {
                let id = whole_id(&id, "group")?;
                let group = desk.api.object(Ask::get(format!("/groups/{id}")), "group_id").await?;
                let left = group["total"].as_i64().unwrap_or(0) - group["done"].as_i64().unwrap_or(0);
                consent.to(&format!("Ends {left} tasks of the {} of the group {id}.", group["total"]))?;
                let answer = desk.api.object(Ask::delete(format!("/groups/{id}")), "group_id").await?;
                if desk.out.json {
                    desk.out.object(&answer)?;
                } else {
                    desk.out.line(&format!(
                        "{id} is cancelled; {} members are still to be ended.",
                        text(&answer["left"])
                    ))?;
                }
                Ok(Exit::Done)
            }
        }
    }
}

impl Start {
    async fn run(self, mut desk: Desk) -> Ended {
        let callback = self.callback.as_deref().map(serde_json::from_str::<Value>).transpose();
        let callback =
            callback.map_err(|error| Failure::usage(format!("--callback is not JSON: {error}.")))?;
        let mut body = json!({"members": members::read(&self.file)?});
        let optional = [
            ("window", self.window.map(Value::from)),
            ("policy", self.policy.map(Value::from)),
            ("callback", callback),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        let ask = Ask::post("/groups").json(&body).once(self.idempotency_key.as_deref());
        let answer = once(&desk.api, ask, "group_id").await?;
        started(&mut desk, &answer)
    }
}
