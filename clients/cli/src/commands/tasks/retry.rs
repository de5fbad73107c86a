use clap::Args;
use serde_json::{Value, json};

use super::id::task_id;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit};

/// Begins tasks anew that ended as FAILURE or REVOKED
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ rhesis-tasks retry --countdown 30 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
)]
pub(crate) struct Retry {
    /// The tasks
    #[arg(required = true)]
    ids: Vec<String>,
    /// Not before so many seconds have passed
    #[arg(long, value_name = "SECONDS")]
    countdown: Option<f64>,
}

impl Retry {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        for id in &self.ids {
            let id = task_id(&desk.api, id).await?;
            let body = self.countdown.map_or_else(|| json!({}), |countdown| json!({"countdown": countdown}));
            let answer: Value = desk.api.ask(Ask::post(format!("/tasks/{id}/retry")).json(&body)).await?;
            desk.out.answer(&answer, &format!("{id} PENDING"))?;
        }
        Ok(Exit::Done)
    }
}
