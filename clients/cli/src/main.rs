//! `rhesis-tasks`: starts, follows and tests background tasks of Rhesis, from a terminal or in a pipeline.
//!
//! It talks HTTP only, but for `doctor`, which asks Postgres and SQS themselves. What it prints on stdout is data: tables for a person, JSON lines for a program; whatever else it has to
//! say goes to stderr. How it ended is its exit status, see [`exit`].

mod api;
mod cli;
mod commands;
mod exit;
mod interrupt;
mod output;
mod place;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::exit::Exit;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    interrupt::listen();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) => {
            // Help and version are answers; the rest is a wrong call. A reader who has gone misses neither.
            let _ = said.print();
            return if said.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    match commands::run(cli).await {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::complain(&failure.sentence);
            failure.exit.into()
        }
    }
}
