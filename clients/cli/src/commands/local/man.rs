use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};

use crate::cli::Cli;
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Draft, Sink};

/// Writes the manual: a page of section 1 for each command
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder, which must be there; pages of ours in it are replaced
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(self, mut out: Sink) -> Ended {
        // Named before `build`, which gives each command below the words that lead to it.
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        let mut written = Vec::new();
        for page in pages(command) {
            let file = self.folder.join(page.get_filename());
            write(&file, &page).map_err(|error| Failure::failed(format!("{}: {error}.", file.display())))?;
            written.push(file);
        }
        for file in written {
            out.line(&file.display().to_string())?;
        }
        Ok(Exit::Done)
    }
}

/// The page of a command and of all below it.
fn pages(command: clap::Command) -> Vec<clap_mangen::Man> {
    let below: Vec<_> = command.get_subcommands().cloned().collect();
    let mut all = vec![clap_mangen::Man::new(command)];
    all.extend(below.into_iter().flat_map(pages));
    all
}

/// Writes a page whole: what was there stays if it cannot be.
fn write(file: &Path, page: &clap_mangen::Man) -> std::io::Result<()> {
    let mut draft = Draft::begin(file)?;
    page.render(&mut draft)?;
    draft.keep()
}
