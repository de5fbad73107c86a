use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::{Ended, Exit};
use crate::output::Sink;

/// Prints what a shell completes the commands by
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ rhesis-tasks completions bash > ~/.local/share/bash-completion/completions/rhesis-tasks"
)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, mut out: Sink) -> Ended {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "rhesis-tasks", &mut text);
        out.text(&text)?;
        Ok(Exit::Done)
    }
}
