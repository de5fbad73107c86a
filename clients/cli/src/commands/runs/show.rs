use clap::Args;

use super::follow;
use super::report::{Report, print};
use crate::commands::Desk;
use crate::commands::tasks::whole_id;
use crate::exit::{Ended, Exit};

/// Shows a run; with --wait, waits for its end and judges it as `run` does
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks run show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23
  $ rhesis-tasks run show --wait 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --fail-under 95%")]
pub(super) struct Show {
    /// The run
    run: String,
    /// Wait until it has ended
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    report: Report,
}

impl Show {
    pub(super) async fn run(self, mut desk: Desk) -> Ended {
        self.report.check()?;
        let run = whole_id(&self.run, "run")?;
        let (counts, shown) = if self.wait {
            follow::until_ended(&desk.api, run).await?
        } else {
            follow::look(&desk.api, run).await?
        };
        if ["Queued", "Progress"].contains(&counts.status.as_str()) {
            if desk.out.json {
                desk.out.raw(&shown)?;
            } else {
                print(&mut desk.out, &shown)?;
            }
            return Ok(Exit::Done);
        }
        self.report.make(&mut desk, run, &counts, &shown).await
    }
}
