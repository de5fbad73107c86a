use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::api::{Ask, ask};
use crate::commands::tasks::text;
use crate::commands::{Consent, Desk, find, list, number};
use crate::exit::{Ended, Exit, Failure};

/// Limits of keys: how many tasks with one may run at a time, and how many may begin
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks limits list", arg_required_else_help = true)]
pub(crate) struct Limits {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the limits, with who runs and who waits
    #[command(after_help = "Examples:\n  $ rhesis-tasks limits list")]
    List,
    /// Sets the limit of a key, from the next task on
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks limits set openai --max-running 5\n  $ rhesis-tasks limits set openai --rate 100/60"
    )]
    Set {
        /// The key
        key: String,
        /// How many tasks with it may run at a time
        #[arg(long, value_name = "N", required_unless_present = "rate")]
        max_running: Option<u32>,
        /// How many may begin in how many seconds
        #[arg(long, value_name = "N/SECONDS")]
        rate: Option<String>,
    },
    /// Takes the limit of a key away: what waits for it may begin
    #[command(after_help = "Examples:\n  $ rhesis-tasks limits lift openai --yes")]
    Lift {
        /// The key
        key: String,
        #[command(flatten)]
        consent: Consent,
    },
}

impl Limits {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::List => {
                list(&mut desk, "/limits", ["key", "at a time", "rate", "running", "waiting"], |limit| {
                    let rate = &limit["rate"];
                    let rate = rate["count"].as_f64().zip(rate["per_seconds"].as_f64());
                    let rate = rate.map(|(count, seconds)| format!("{count} in {seconds} s"));
                    [
                        text(&limit["key"]),
                        text(&limit["max_running"]),
                        rate.unwrap_or_default(),
                        text(&limit["running"]),
                        text(&limit["waiting"]),
                    ]
                })
                .await
            }
            What::Set { key, max_running, rate } => {
                let rate = rate.as_deref().map(read_rate).transpose()?;
                let body = json!({"max_running": max_running, "rate": rate});
                let limit = desk.api.object(Ask::put(path(&key)).json(&body), "key").await?;
                desk.out.answer(&limit, &format!("{key} is limited."))?;
                Ok(Exit::Done)
            }
            What::Lift { key, consent } => {
                let limit = find(&desk.api, "/limits", "key", &key).await?;
                let limit = limit.ok_or_else(|| Failure::not_found(format!("{key} has no limit.")))?;
                consent.to(&format!(
                    "Lifts the limit of {key}: {} tasks that wait may begin.",
                    limit["waiting"]
                ))?;
                desk.api.send(Ask::delete(path(&key))).await?;
                desk.out.answer(&json!({"key": key}), &format!("{key} has no limit any more."))?;
                Ok(Exit::Done)
            }
        }
    }
}

/// A key of any text, also one that no path could have.
fn path(key: &str) -> String {
    ask::with_query("/limits", [("key", Some(key.to_owned()))])
}

fn read_rate(text: &str) -> Result<Value, Failure> {
    let read = text.split_once('/');
    let read = read.and_then(|(count, seconds)| number(count).ok().zip(number(seconds).ok()));
    let (count, seconds) =
        read.ok_or_else(|| Failure::usage(format!("--rate {text:?} is not N/SECONDS, as 100/60.")))?;
    Ok(json!({"count": count, "per_seconds": seconds}))
}
