use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use reqwest::header::LINK;

use crate::api::{Ask, next_query};
use crate::commands::Desk;
use crate::commands::tasks::whole_id;
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::aside;

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
            parts(&mut desk, run, None).await?;
            return Ok(Exit::Done);
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = file.with_file_name(format!(".{name}.{}", std::process::id()));
        let wrong = |error: std::io::Error| {
            Failure::failed(format!("{}: {error}: it was not written.", file.display()))
        };
        interrupt::draft(Some(&draft));
        let mut opened = File::create(&draft).map_err(wrong)?;
        let written = parts(&mut desk, run, Some(&mut opened)).await;
        let kept = written
            .and_then(|()| opened.sync_all().and_then(|()| std::fs::rename(&draft, file)).map_err(wrong));
        if kept.is_err() {
            let _ = std::fs::remove_file(&draft);
        }
        interrupt::draft(None);
        kept?;
        aside(&format!("{} is written.", file.display()));
        Ok(Exit::Done)
    }
}

/// Writes the parts of the table one after the other; one is in memory.
async fn parts(desk: &mut Desk, run: uuid::Uuid, mut file: Option<&mut File>) -> Result<(), Failure> {
    let path = format!("/test_runs/{run}/download");
    let mut next = Some(path.clone());
    while let Some(asked) = next {
        let part = desk.api.send(Ask::get(asked.as_str())).await?;
        let link = part.headers.get(LINK).and_then(|link| link.to_str().ok());
        next = link.and_then(next_query).map(|query| format!("{path}{query}")).filter(|next| *next != asked);
        match &mut file {
            Some(file) => file
                .write_all(&part.body)
                .map_err(|error| Failure::failed(format!("{error}: the file was not written.")))?,
            None => desk.out.text(&part.body)?,
        }
    }
    Ok(())
}
