use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use url::Url;
use uuid::Uuid;

use super::report::Report;
use super::{download::Download, show::Show};
use super::{follow, import, judge};
use crate::api::{Api, Ask};
use crate::commands::Desk;
use crate::commands::tasks::whole_id;
use crate::exit::{Ended, Failure};
use crate::output;

/// What the answer to every start of a run has.
const STARTED: &str = "test_run_id";
/// The longest name of an endpoint.
const LONGEST_NAME: usize = 200;

/// Runs the tests of a file against an endpoint and judges the answers: a pipeline's gate
///
/// Imports the file as a test set, makes the endpoint, executes and waits. The exit status is 1 if the run could not be executed, or if one of
/// --fail-under, --max-errors and --fail-on-regression says so. What it made stays, with the results.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks run tests.csv --url https://ai.example.com/chat --fail-under 95% --junit report.xml
  $ rhesis-tasks run --configuration 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --max-errors 0
  $ rhesis-tasks run --test-set 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23 --endpoint 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a24")]
pub(crate) struct Run {
    #[command(subcommand)]
    command: Option<RunCommand>,
    /// The tests: .csv, .jsonl or .ndjson, with prompt and expected
    #[arg(required_unless_present_any = ["test_set", "configuration"])]
    file: Option<PathBuf>,
    /// Instead of a file, this test set
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    test_set: Option<String>,
    /// Instead of a file and an endpoint, this test configuration
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "test_set", "url", "endpoint", "metric", "concurrency"])]
    configuration: Option<String>,
    /// What is tested: it takes {"input": …} by POST and answers {"output": …}
    #[arg(long, required_unless_present_any = ["endpoint", "configuration"])]
    url: Option<String>,
    /// What is tested: an endpoint that is there
    #[arg(long, value_name = "ID", conflicts_with = "url")]
    endpoint: Option<String>,
    /// Who judges, by name; exact, contains and regex are made if there are none. For a file: exact unless it is said
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    metric: Vec<String>,
    /// Tests in flight, 1 to 64
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    concurrency: Option<u8>,
    /// The name of the run
    #[arg(long)]
    name: Option<String>,
    /// Only start it, and say which run it is
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    report: Report,
}

#[derive(Debug, Subcommand)]
enum RunCommand {
    Show(Show),
    Download(Download),
}

impl Run {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        match self.command {
            Some(RunCommand::Show(show)) => return show.run(desk).await,
            Some(RunCommand::Download(download)) => return download.run(desk).await,
            None => {}
        }
        self.report.check()?;
        let started = self.start(&desk.api).await?;
        let run: Uuid = started["test_run_id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| Failure::unreachable("The answer names no run."))?;
        follow::goes_on(run);
        if let Some(name) = &self.name {
            desk.api.send(Ask::put(format!("/test_runs/{run}")).json(&json!({"name": name}))).await?;
        }
        if self.no_wait {
            desk.out.answer(&started, &format!("run {run} is queued"))?;
            return Ok(crate::exit::Exit::Done);
        }
        output::aside(&format!("run {run}"));
        let (counts, shown) = follow::until_ended(&desk.api, run).await?;
        self.report.make(&mut desk, run, &counts, &shown).await
    }

    async fn start(&self, api: &Api) -> Result<Value, Failure> {
        if let Some(configuration) = &self.configuration {
            let path = format!("/test_configurations/{}/execute", whole_id(configuration, "configuration")?);
            return api.object(Ask::post(path).json(&json!({})).once(None), STARTED).await;
        }
        // What can be wrong is looked at before anything is made.
        let known = self.endpoint.as_deref().map(|endpoint| whole_id(endpoint, "endpoint")).transpose()?;
        let set = self.test_set.as_deref().map(|set| whole_id(set, "test set")).transpose()?;
        let url = self.url.as_deref().map(crate::place::address).transpose()?;
        let mut names = self.metric.clone();
        if names.is_empty() && self.file.is_some() {
            names.push("exact".into());
        }
        let metrics = judge::metrics(api, &names).await?;
        let set = match (set, &self.file) {
            (Some(set), _) => set.to_string(),
            (None, Some(file)) => {
                let made = import::import(api, file, &import::Options::default(), None).await?;
                made["test_set_id"].as_str().unwrap_or_default().to_owned()
            }
            (None, None) => {
                return Err(Failure::usage("Give a file of tests, --test-set or --configuration."));
            }
        };
        let endpoint = match (known, url) {
            (Some(endpoint), _) => endpoint.to_string(),
            (None, Some(url)) => endpoint(api, &url).await?,
            (None, None) => return Err(Failure::usage("Give --url or --endpoint.")),
        };
        let mut body = Map::new();
        if !metrics.is_empty() {
            body.insert("metrics".into(), metrics.into());
        }
        if let Some(concurrency) = self.concurrency {
            body.insert("execution_options".into(), json!({"batch_concurrency": concurrency}));
        }
        let path = format!("/test_sets/{set}/execute/{endpoint}");
        api.object(Ask::post(path).json(&Value::Object(body)).once(None), STARTED).await
    }
}

/// Makes an endpoint of an address.
async fn endpoint(api: &Api, url: &str) -> Result<String, Failure> {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let name: String = host.chars().take(LONGEST_NAME).collect();
    let made = api.object(Ask::post("/endpoints").json(&json!({"name": name, "url": url})), "id").await?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}
