use clap::Args;
use serde_json::Value;

use super::id::task_id;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit};

/// Ends tasks before they begin, or while they run
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks revoke 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
pub(crate) struct Revoke {
    /// The tasks
    #[arg(required = true)]
    ids: Vec<String>,
}

impl Revoke {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        for id in &self.ids {
            let id = task_id(&desk.api, id).await?;
            let answer: Value = desk.api.ask(Ask::delete(format!("/tasks/{id}"))).await?;
            desk.out.answer(&answer, &format!("{id} REVOKED"))?;
        }
        Ok(Exit::Done)
    }
}
