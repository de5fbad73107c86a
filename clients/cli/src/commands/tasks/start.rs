use clap::Args;
use serde_json::{Map, Value, json};

use super::{arguments, lines, outcome, show, until_ended};
use crate::api::{Api, Ask};
use crate::commands::{Desk, seconds};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;

/// Starts a task, or many from a file; checked against the kind's contract before it is sent
///
/// A connection that breaks is no second task: the call has an idempotency key, and is repeated with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks start count_test_sets --wait
  $ rhesis-tasks start execute_test_configuration test_configuration_id=01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23
  $ echo '{}' | rhesis-tasks start count_test_sets --countdown 60 --json -
  $ rhesis-tasks start --file tasks.jsonl")]
pub(crate) struct Start {
    /// The kind of task; see `kinds`
    #[arg(required_unless_present = "file")]
    kind: Option<String>,
    /// name=value, name:=JSON, name=@file; or for all at once @file, or - for stdin
    #[arg(value_name = "ARGUMENT")]
    arguments: Vec<String>,
    /// Wait for its end; exit status 1 if it did not succeed
    #[arg(long, conflicts_with = "file")]
    wait: bool,
    /// Start the tasks of a file, an object with kind and args a line; - is stdin
    #[arg(long, conflicts_with_all = ["kind", "arguments"])]
    file: Option<String>,
    /// With --file, begin with this line: those before it were started
    #[arg(long, requires = "file", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    from_line: u64,
    #[command(flatten)]
    options: Options,
}

/// What a task may say otherwise than its kind.
#[derive(Debug, Args)]
#[group(conflicts_with = "file")]
struct Options {
    /// Not to begin before so many seconds have passed
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    countdown: Option<f64>,
    /// Not to begin before this time
    #[arg(long, value_name = "TIME", conflicts_with = "countdown")]
    eta: Option<String>,
    /// To be revoked if it has not begun after so many seconds, or by a time
    #[arg(long, value_name = "SECONDS|TIME")]
    expires: Option<String>,
    /// How often it may be repeated
    #[arg(long, value_name = "N")]
    max_retries: Option<u32>,
    /// How many seconds one attempt may run
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    time_limit: Option<f64>,
    /// low, normal or high
    #[arg(long, value_parser = ["low", "normal", "high"])]
    priority: Option<String>,
    /// Shares the limit of this key
    #[arg(long, value_name = "KEY")]
    limit_key: Option<String>,
    /// name=value for its handler to read; may be there several times
    #[arg(long, value_name = "NAME=VALUE")]
    header: Vec<String>,
    /// The task that it belongs to
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// The same key and request are the same task
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

impl Start {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        if let Some(file) = &self.file {
            return lines::start(desk, file, self.from_line).await;
        }
        let Some(kind) = &self.kind else { return Err(Failure::usage("Name the kind of task.")) };
        let args = arguments::checked(&desk.api, kind, &self.arguments).await?;
        let mut body = self.options.body()?;
        body.insert("args".into(), args);
        let key = self.options.idempotency_key.as_deref();
        let ask = Ask::post(format!("/tasks/{kind}")).json(&Value::Object(body)).once(key);
        let started = once(&desk.api, ask, "task_id").await?;
        if !self.wait {
            return self.say(&mut desk, &started);
        }
        let id = started["task_id"].as_str().and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| Failure::unreachable("The answer names no task."))?;
        let (status, task) = until_ended(&desk.api, id, None).await?;
        show::print(&mut desk.out, &task)?;
        Ok(outcome(&status))
    }

    fn say(&self, desk: &mut Desk, started: &Value) -> Ended {
        desk.out.answer(
            &json!({"task_id": started["task_id"], "status": started["status"]}),
            &format!("{} {}", show::text(&started["task_id"]), show::text(&started["status"])),
        )?;
        Ok(Exit::Done)
    }
}

/// Starts something that has a key, and answers the object with a field. Whoever does not learn what became of it is told the key,
/// with which the same call starts nothing twice.
pub(crate) async fn once(api: &Api, ask: Ask, field: &str) -> Result<Value, Failure> {
    let key = ask.key.clone().unwrap_or_default();
    let again = format!("It may have been started. To be sure, the same again with --idempotency-key {key}");
    interrupt::say(&*again);
    api.object(ask, field).await.map_err(|failure| match failure.exit {
        Exit::Unreachable => Failure { sentence: format!("{} {again}", failure.sentence), ..failure },
        _ => failure,
    })
}

impl Options {
    fn body(&self) -> Result<Map<String, Value>, Failure> {
        let mut headers = Map::new();
        for header in &self.header {
            let (name, value) = header
                .split_once('=')
                .ok_or_else(|| Failure::usage(format!("--header {header:?} is not name=value.")))?;
            headers.insert(name.to_owned(), value.into());
        }
        let expires =
            self.expires.as_ref().map(|it| seconds(it).map_or_else(|_| json!(it), |seconds| json!(seconds)));
        let all = [
            ("countdown", self.countdown.map(Value::from)),
            ("eta", self.eta.clone().map(Value::from)),
            ("expires", expires),
            ("max_retries", self.max_retries.map(Value::from)),
            ("time_limit", self.time_limit.map(Value::from)),
            ("priority", self.priority.clone().map(Value::from)),
            ("limit_key", self.limit_key.clone().map(Value::from)),
            ("parent_id", self.parent.clone().map(Value::from)),
            ("headers", (!headers.is_empty()).then_some(Value::Object(headers))),
        ];
        Ok(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
    }
}
