use clap::Args;
use serde_json::json;

use super::each::each;
use crate::api::Ask;
use crate::commands::{Desk, seconds};
use crate::exit::Ended;

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
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    countdown: Option<f64>,
}

impl Retry {
    pub(crate) async fn run(self, desk: Desk) -> Ended {
        let body = self.countdown.map_or_else(|| json!({}), |countdown| json!({"countdown": countdown}));
        each(desk, &self.ids, |id| Ask::post(format!("/tasks/{id}/retry")).json(&body), "PENDING").await
    }
}
