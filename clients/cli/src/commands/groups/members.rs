use std::io::Read;

use serde_json::Value;

use crate::commands::tasks::open;
use crate::exit::Failure;

/// No request is longer, and none has more tasks.
const MOST_BYTES: u64 = 4 << 20;
const MOST_TASKS: usize = 10_000;

/// The tasks of a file of JSON lines, `{"kind", "args", …}` each; `-` is stdin.
pub(super) fn read(file: &str) -> Result<Vec<Value>, Failure> {
    let wrong = |what: String| Failure::usage(format!("{file}: {what}"));
    let (source, steady) = open(file)?;
    let mut text = String::new();
    source.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(|error| wrong(format!("{error}.")))?;
    if !steady.is_none_or(|steady| steady.holds()) {
        return Err(wrong("changed while it was read: nothing was started.".into()));
    }
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong("is longer than 4 MiB, which is what one request takes.".into()));
    }
    let mut tasks = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let task: Value = serde_json::from_str(line)
            .map_err(|error| Failure::usage(format!("{file}, line {}: is not JSON: {error}.", number + 1)))?;
        if !task.is_object() {
            return Err(Failure::usage(format!("{file}, line {}: is no object.", number + 1)));
        }
        tasks.push(task);
    }
    match tasks.len() {
        0 => Err(wrong("has no task.".into())),
        many if many > MOST_TASKS => Err(wrong(format!("has {many} tasks, more than {MOST_TASKS}."))),
        _ => Ok(tasks),
    }
}
