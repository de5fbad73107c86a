use clap::{Args, Subcommand};
use serde_json::json;

use super::{members, show, started};
use crate::api::Ask;
use crate::commands::Desk;
use crate::commands::tasks::once;
use crate::exit::Ended;

/// Starts tasks that run one after the other, or shows such a chain
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks chain start tasks.jsonl", arg_required_else_help = true)]
pub(crate) struct Chain {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Starts the tasks of a file, each after the one before it succeeded; all in one commit
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks chain start tasks.jsonl\n  $ cat tasks.jsonl | rhesis-tasks chain start -"
    )]
    Start {
        /// An object with kind and args a line; - is stdin
        file: String,
        /// The same key and request are the same chain
        #[arg(long, value_name = "KEY")]
        idempotency_key: Option<String>,
    },
    /// Shows how a chain stands
    #[command(after_help = "Examples:\n  $ rhesis-tasks chain show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Show {
        /// The chain
        id: String,
    },
}

impl Chain {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.what {
            What::Show { id } => show(&mut desk, &id).await,
            What::Start { file, idempotency_key } => {
                let body = json!({"tasks": members::read(&file)?});
                let ask = Ask::post("/chains").json(&body).once(idempotency_key.as_deref());
                let answer = once(&desk.api, ask, "group_id").await?;
                started(&mut desk, &answer)
            }
        }
    }
}
