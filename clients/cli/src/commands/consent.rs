use std::io::{IsTerminal, Write};

use clap::Args;

use crate::exit::Failure;
use crate::output::clean;

/// What a command has that ends something.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(short, long)]
    yes: bool,
}

impl Consent {
    /// Says what is going to be done, in numbers, and asks; where nobody can answer it is not done without `--yes`.
    pub(crate) fn to(&self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let mut stderr = std::io::stderr();
        if !std::io::stdin().is_terminal() || !stderr.is_terminal() {
            return Err(Failure::usage(format!("{what} Nothing was changed: say --yes to do it.")));
        }
        let _ = write!(stderr, "{} Go on? [y/N] ", clean(what));
        let _ = stderr.flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        if read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
            return Ok(());
        }
        Err(Failure::failed("Nothing was changed."))
    }
}
