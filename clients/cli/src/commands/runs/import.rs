use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Api, Ask};
use crate::commands::tasks::whole_id;
use crate::commands::{Desk, Steady};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::Bar;

/// What one part holds, and how many there may be: the API's own limits.
const PART: u64 = 4 << 20;
const MOST: u64 = 64 << 20;

/// Makes a test set of a file of tests: CSV, or a JSON object a line; all of it or nothing
///
/// The file is sent in parts of 4 MiB. An import that broke off goes on with --resume, within 24 hours.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks import tests.csv --name nightly
  $ rhesis-tasks import tests.csv --resume 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
pub(crate) struct Import {
    /// The file: .csv, .jsonl or .ndjson, with prompt and expected
    file: PathBuf,
    #[command(flatten)]
    options: Options,
    /// Go on with this import, of the same file
    #[arg(long, value_name = "IMPORT")]
    resume: Option<String>,
}

/// How a test set is made.
#[derive(Debug, Args, Default)]
pub(super) struct Options {
    /// The name of the test set; that of the file without its ending unless it is said
    #[arg(long)]
    pub(super) name: Option<String>,
    /// What the file is, if its name does not say so
    #[arg(long, value_parser = ["csv", "jsonl"])]
    pub(super) format: Option<String>,
}

impl Import {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let resumed = self.resume.as_deref().map(|it| whole_id(it, "import")).transpose()?;
        let made = import(&desk.api, &self.file, &self.options, resumed).await?;
        desk.out.answer(
            &made,
            &format!(
                "{} tests in the test set {}",
                made["tests"],
                made["test_set_id"].as_str().unwrap_or_default()
            ),
        )?;
        Ok(Exit::Done)
    }
}

/// Sends a file; answers `{"test_set_id", "tests"}`.
pub(super) async fn import(
    api: &Api,
    file: &Path,
    options: &Options,
    resumed: Option<Uuid>,
) -> Result<Value, Failure> {
    let mut source = Source::open(file)?;
    let parts = source.steady.size.div_ceil(PART);
    let (id, received) = match resumed {
        Some(id) => (id, received(api, id, parts, &source).await?),
        None => (open(api, &source, options, parts).await?, Vec::new()),
    };
    let resume = format!("rhesis-tasks import {} --resume {id}", file.display());
    interrupt::say(format!("Nothing was made yet. To go on within 24 hours: {resume}"));
    let bar = Bar::new(parts, "parts");
    for number in 1..=parts {
        let part = match source.part() {
            Ok(part) => part,
            Err(failure) => return Err(forgotten(api, id, failure).await),
        };
        if !received.contains(&number) {
            let path = format!("/imports/{id}/parts/{number}");
            let sent = api.send(Ask::put(path).bytes(part, "application/octet-stream")).await;
            sent.map_err(|failure| {
                if failure.exit == Exit::Unreachable {
                    Failure { sentence: format!("{} To go on: {resume}", failure.sentence), ..failure }
                } else {
                    failure
                }
            })?;
        }
        bar.show(number, parts, "");
    }
    if let Err(failure) = source.unchanged() {
        return Err(forgotten(api, id, failure).await);
    }
    // Again it is the same test set.
    let commit = Ask::post(format!("/imports/{id}/commit")).json(&json!({})).repeatable();
    let made = api.object(commit, "test_set_id").await;
    match made {
        Err(failure) if failure.exit == Exit::Usage => {
            let failure =
                Failure { sentence: format!("{}: {}", file.display(), failure.sentence), ..failure };
            Err(forgotten(api, id, failure).await)
        }
        Ok(made) => {
            let set = made["test_set_id"].as_str().unwrap_or_default();
            interrupt::say(format!("The test set is there. To run it: rhesis-tasks run --test-set {set}"));
            Ok(made)
        }
        Err(failure) => Err(failure),
    }
}

async fn open(api: &Api, source: &Source, options: &Options, parts: u64) -> Result<Uuid, Failure> {
    let ending = source.path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_lowercase();
    let format = match (options.format.as_deref(), ending.as_str()) {
        (Some(format), _) => format,
        (None, "csv") => "csv",
        (None, "jsonl" | "ndjson") => "jsonl",
        _ => {
            let path = source.path.display();
            return Err(Failure::usage(format!(
                "{path}: the name must end in .csv, .jsonl or .ndjson, or --format says what it is."
            )));
        }
    };
    let stem = source.path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let name = options.name.clone().unwrap_or(stem);
    let body = json!({"name": name, "format": format, "parts": parts});
    let opened = api.object(Ask::post("/imports").json(&body), "import_id").await?;
    let id = opened["import_id"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Failure::unreachable("The answer names no import."))
}

/// The parts that have come of an import that broke off, and need not be sent again.
async fn received(api: &Api, id: Uuid, parts: u64, source: &Source) -> Result<Vec<u64>, Failure> {
    let import = api.object(Ask::get(format!("/imports/{id}")), "received").await?;
    if import["parts"].as_u64() != Some(parts) {
        return Err(Failure::usage(format!(
            "The import {id} is of another file: it has {} parts, this one {parts}.",
            import["parts"]
        )));
    }
    // What came may be of the file as it was before: then all of it is sent, and takes the place of that. An id begins with its time.
    let begun = id.get_timestamp().map(|begun| {
        let (seconds, nanoseconds) = begun.to_unix();
        SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds)
    });
    if begun.zip(source.steady.modified).is_none_or(|(begun, changed)| changed >= begun) {
        return Ok(Vec::new());
    }
    Ok(import["received"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect())
}

/// Takes back what was sent; if that fails it expires.
async fn forgotten(api: &Api, id: Uuid, failure: Failure) -> Failure {
    let _ = api.send(Ask::delete(format!("/imports/{id}"))).await;
    failure
}

/// A file that must stay as it is while it is read.
struct Source {
    path: PathBuf,
    file: File,
    steady: Steady,
    left: u64,
}

impl Source {
    fn open(path: &Path) -> Result<Self, Failure> {
        let wrong = |what: String| Failure::usage(format!("{}: {what}.", path.display()));
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let steady = Steady::of(&file).map_err(|error| wrong(error.to_string()))?;
        let steady = steady.ok_or_else(|| wrong("is no file that can be read twice".into()))?;
        match steady.size {
            0 => Err(wrong("is empty".into())),
            size if size > MOST => Err(wrong(format!(
                "has {} MiB, more than the {} that an import takes",
                size >> 20,
                MOST >> 20
            ))),
            size => Ok(Self { path: path.to_owned(), file, steady, left: size }),
        }
    }

    /// The next part.
    fn part(&mut self) -> Result<Vec<u8>, Failure> {
        let mut part = vec![0; usize::try_from(self.left.min(PART)).unwrap_or_default()];
        self.file.read_exact(&mut part).map_err(|_| self.moved())?;
        self.left -= part.len() as u64;
        Ok(part)
    }

    fn unchanged(&self) -> Result<(), Failure> {
        if self.steady.holds() { Ok(()) } else { Err(self.moved()) }
    }

    fn moved(&self) -> Failure {
        Failure::failed(format!("{} changed while it was read: nothing was imported.", self.path.display()))
    }
}
