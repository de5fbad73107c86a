use clap::Args;

use super::each::each;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::Ended;

/// Ends tasks before they begin, or while they run
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks revoke 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
pub(crate) struct Revoke {
    /// The tasks
    #[arg(required = true)]
    ids: Vec<String>,
}

impl Revoke {
    pub(crate) async fn run(self, desk: Desk) -> Ended {
        each(desk, &self.ids, |id| Ask::delete(format!("/tasks/{id}")), "REVOKED").await
    }
}
