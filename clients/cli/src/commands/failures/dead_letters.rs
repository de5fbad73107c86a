use clap::Args;

use crate::api::ask;
use crate::commands::tasks::text;
use crate::commands::{Desk, list};
use crate::exit::Ended;
use crate::output::ago;

/// Lists tasks that ended as FAILURE, by kind and error
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks dead-letters --kind execute_test")]
pub(crate) struct DeadLetters {
    /// Only tasks of this kind
    #[arg(long)]
    kind: Option<String>,
}

impl DeadLetters {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let path = ask::with_query("/dead-letters", [("kind", self.kind)]);
        list(&mut desk, path, ["fingerprint", "kind", "tasks", "last", "error"], |dead| {
            [
                text(&dead["fingerprint"]),
                text(&dead["kind"]),
                text(&dead["count"]),
                ago(&dead["last"]),
                format!("{}: {}", text(&dead["error_type"]), text(&dead["message"])),
            ]
        })
        .await
    }
}
