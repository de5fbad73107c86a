use std::io::{BufRead, BufReader, Read};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::Ask;
use crate::commands::{Desk, Steady};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::{self, Bar};

/// What one request holds: tasks, and bytes of them. The API takes 10,000 and 4 MiB, in which quotation marks may count twice.
const MOST_TASKS: usize = 1000;
const MOST_BYTES: usize = 1 << 20;
/// No line of a file is longer.
const LONGEST_LINE: u64 = 1 << 20;

/// Starts the tasks of a file of JSON lines, some at a time; each some is one commit. What was started is printed at once, so that a
/// break says where to go on.
pub(super) async fn start(mut desk: Desk, file: &str, from: u64) -> Ended {
    let mut lines = Lines::open(file)?;
    let bar = Bar::spinner("");
    let mut started = 0;
    let mut next = 1;
    loop {
        let some = lines.some(from)?;
        if some.tasks.is_empty() {
            break;
        }
        let resume = some.first;
        if !lines.are_steady() {
            return Err(Failure::failed(format!(
                "{file} changed while it was read: {}",
                resumption(file, resume, started)
            )));
        }
        interrupt::say(resumption(file, resume, started));
        // Each task has a key of its own, so the same lines sent again start nothing twice.
        let ask = Ask::post("/tasks").bytes(some.body(), "application/x-ndjson").repeatable();
        let answer = desk
            .api
            .object(ask, "task_ids")
            .await
            .map_err(|failure| located(failure, &some, file, started))?;
        let ids = answer["task_ids"].as_array().cloned().unwrap_or_default();
        started += ids.len();
        next = some.last + 1;
        for id in ids {
            let line = id.as_str().unwrap_or_default();
            desk.out.answer(&json!({"task_id": id}), line)?;
        }
        bar.says(&format!("{started} started"));
    }
    if started == 0 {
        return Err(Failure::usage(format!("{file} has no task from line {from} on.")));
    }
    output::aside(&format!("{started} tasks started, up to line {}.", next - 1));
    Ok(Exit::Done)
}

fn resumption(file: &str, line: u64, started: usize) -> String {
    format!("{started} tasks were started. To go on: rhesis-tasks start --file {file} --from-line {line}")
}

/// A refusal, told by the line of the file.
fn located(failure: Failure, some: &Batch, file: &str, started: usize) -> Failure {
    let index = failure
        .sentence
        .strip_prefix("tasks[")
        .and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
    let place = index.and_then(|index| some.lines.get(index)).map_or(some.first, |line| *line);
    let rest =
        if started > 0 { format!(" {}", resumption(file, some.first, started)) } else { String::new() };
    Failure { exit: failure.exit, sentence: format!("{file}, line {place}: {}{rest}", failure.sentence) }
}

/// A file, or stdin for `-`, to be read once; and how it is now, if it is one that could change meanwhile.
pub(crate) fn open(file: &str) -> Result<(Box<dyn Read>, Option<Steady>), Failure> {
    if file == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let wrong = |error: std::io::Error| Failure::usage(format!("{file}: {error}."));
    let opened = std::fs::File::open(file).map_err(wrong)?;
    let steady = Steady::of(&opened).map_err(wrong)?;
    Ok((Box::new(opened), steady))
}

/// Some lines of a file, to be sent together.
struct Batch {
    tasks: Vec<String>,
    lines: Vec<u64>,
    first: u64,
    last: u64,
}

impl Batch {
    fn body(&self) -> Vec<u8> {
        self.tasks.join("\n").into_bytes()
    }
}

/// A file, line by line.
struct Lines {
    name: String,
    reader: BufReader<Box<dyn Read>>,
    steady: Option<Steady>,
    number: u64,
}

impl Lines {
    fn open(file: &str) -> Result<Self, Failure> {
        let (source, steady) = open(file)?;
        Ok(Self { name: file.to_owned(), reader: BufReader::new(source), steady, number: 0 })
    }

    fn are_steady(&self) -> bool {
        self.steady.as_ref().is_none_or(Steady::holds)
    }

    /// The next lines, as many as go into one request; empty ones and those before `from` are left out.
    fn some(&mut self, from: u64) -> Result<Batch, Failure> {
        let mut some = Batch { tasks: Vec::new(), lines: Vec::new(), first: 0, last: 0 };
        let mut bytes = 0;
        while some.tasks.len() < MOST_TASKS && bytes < MOST_BYTES {
            let Some(line) = self.line()? else { break };
            if self.number < from || line.trim().is_empty() {
                continue;
            }
            let task = self.keyed(&line)?;
            if some.tasks.is_empty() {
                some.first = self.number;
            }
            bytes += task.len();
            some.tasks.push(task);
            some.lines.push(self.number);
            some.last = self.number;
        }
        Ok(some)
    }

    fn line(&mut self) -> Result<Option<String>, Failure> {
        let mut line = String::new();
        let read = (&mut self.reader).take(LONGEST_LINE).read_line(&mut line);
        let read = read
            .map_err(|error| Failure::usage(format!("{}, line {}: {error}.", self.name, self.number + 1)))?;
        self.number += 1;
        if read as u64 == LONGEST_LINE {
            return Err(Failure::usage(format!(
                "{}, line {}: is longer than 1 MiB.",
                self.name, self.number
            )));
        }
        Ok((read > 0).then_some(line))
    }

    /// The task of a line with an idempotency key, unless it has what says the same.
    fn keyed(&self, line: &str) -> Result<String, Failure> {
        let wrong = |what: String| Failure::usage(format!("{}, line {}: {what}", self.name, self.number));
        let mut task: Value =
            serde_json::from_str(line).map_err(|error| wrong(format!("is not JSON: {error}.")))?;
        let Value::Object(fields) = &mut task else { return Err(wrong("is no object.".into())) };
        if !fields.contains_key("idempotency_key") && !fields.contains_key("task_id") {
            fields.insert("idempotency_key".into(), Uuid::now_v7().to_string().into());
        }
        Ok(task.to_string())
    }
}
