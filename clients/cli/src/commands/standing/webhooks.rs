use clap::{Args, Subcommand};
use serde_json::json;

use crate::api::Ask;
use crate::commands::tasks::{text, whole_id};
use crate::commands::{Consent, Desk, find, list};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{ago, aside};

/// Webhooks: addresses that are told what happens
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks webhooks list", arg_required_else_help = true)]
pub(crate) struct Webhooks {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the webhooks, and how the last delivery of each went
    #[command(after_help = "Examples:\n  $ rhesis-tasks webhooks list")]
    List,
    /// Makes a webhook; the secret that its deliveries are signed with is printed this once
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks webhooks create https://example.org/hook --event task.failed"
    )]
    Create {
        /// Where it is
        url: String,
        /// What it is told; may be there several times
        #[arg(long = "event", required = true, value_parser = ["test_run.ended", "task.failed"])]
        events: Vec<String>,
    },
    /// Sends a test delivery, which is a task
    #[command(after_help = "Examples:\n  $ rhesis-tasks webhooks test 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Test {
        /// The webhook
        id: String,
    },
    /// Takes a webhook away
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks webhooks delete --yes 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Delete {
        /// The webhook
        id: String,
        #[command(flatten)]
        consent: Consent,
    },
}

impl Webhooks {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::List => {
                list(
                    &mut desk,
                    "/webhooks",
                    ["webhook", "url", "events", "active", "last", "answer"],
                    |hook| {
                        let events: Vec<String> =
                            hook["events"].as_array().into_iter().flatten().map(text).collect();
                        let answer = format!("{} {}", text(&hook["last_status"]), text(&hook["last_error"]));
                        let active = if hook["is_active"] == true { "yes" } else { "no" };
                        [
                            text(&hook["id"]),
                            text(&hook["url"]),
                            events.join(" "),
                            active.into(),
                            ago(&hook["last_attempt_at"]),
                            answer,
                        ]
                    },
                )
                .await
            }
            What::Create { url, events } => {
                let body = json!({"url": url, "events": events});
                let made = desk.api.object(Ask::post("/webhooks").json(&body), "secret").await?;
                if desk.out.json {
                    desk.out.object(&made)?;
                } else {
                    desk.out.line(&format!("{} {}", text(&made["id"]), text(&made["secret"])))?;
                    aside("The secret is shown this once: the receiver checks signatures by it.");
                }
                Ok(Exit::Done)
            }
            What::Test { id: given } => {
                let test = Ask::post(format!("/webhooks/{}/test", whole_id(&given, "webhook")?));
                let task = desk.api.object(test, "task_id").await?;
                desk.out.answer(&task, &format!("{} {}", text(&task["task_id"]), text(&task["status"])))?;
                Ok(Exit::Done)
            }
            What::Delete { id: given, consent } => {
                let id = whole_id(&given, "webhook")?;
                let hook = find(&desk.api, "/webhooks", "id", &id.to_string()).await?;
                let hook = hook.ok_or_else(|| Failure::not_found(format!("There is no webhook {id}.")))?;
                consent.to(&format!("Deletes 1 webhook, {}.", text(&hook["url"])))?;
                desk.api.send(Ask::delete(format!("/webhooks/{id}"))).await?;
                desk.out.answer(&json!({"id": id}), &format!("{} is deleted.", text(&hook["url"])))?;
                Ok(Exit::Done)
            }
        }
    }
}
