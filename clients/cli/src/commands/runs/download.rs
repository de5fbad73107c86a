use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::header::{CONTENT_TYPE, LINK};

use crate::api::{Ask, next_query};
use crate::commands::Desk;
use crate::commands::tasks::whole_id;
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Draft, aside};

/// Downloads the table of a run that has ended, as CSV
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks run download 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --output run.csv
  $ rhesis-tasks run download 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 > run.csv")]
pub(super) struct Download {
    /// The run
    run: String,
    /// The file, which is there when it is whole; stdout unless it is said
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Download {
    pub(super) async fn run(self, mut desk: Desk) -> Ended {
        let run = whole_id(&self.run, "run")?;
        let Some(file) = &self.output else {
            desk.out.ends_with_its_reader();
            parts(&mut desk, run, None).await?;
            return Ok(Exit::Done);
        };
        let wrong = |error: std::io::Error| not_written(&file.display().to_string(), &error);
        let mut draft = Draft::begin(file).map_err(wrong)?;
        parts(&mut desk, run, Some((&mut draft, file))).await?;
        draft.keep().map_err(wrong)?;
        aside(&format!("{} is written.", file.display()));
        Ok(Exit::Done)
    }
}

/// Writes the parts of the table one after the other; one is in memory.
async fn parts(desk: &mut Desk, run: uuid::Uuid, mut to: Option<(&mut Draft, &Path)>) -> Result<(), Failure> {
    let path = format!("/test_runs/{run}/download");
    let mut next = Some(path.clone());
    while let Some(asked) = next {
        let part = desk.api.send(Ask::get(asked.as_str())).await?;
        let kind = part.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("text/csv")) {
            return Err(part.strange());
        }
        let link = part.headers.get(LINK).and_then(|link| link.to_str().ok());
        next = link.and_then(next_query).map(|query| format!("{path}{query}"));
        if next.as_ref() == Some(&asked) {
            return Err(part.strange());
        }
        match &mut to {
            Some((draft, file)) => draft
                .write_all(&part.body)
                .map_err(|error| not_written(&file.display().to_string(), &error))?,
            None => desk.out.text(&part.body)?,
        }
    }
    Ok(())
}

fn not_written(file: &str, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{file}: {error}: it was not written."))
}
