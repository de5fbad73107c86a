use clap::Args;
use serde_json::Value;
use serde_json::value::RawValue;

use super::id::task_id;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Sink, Table, ago, seconds};

/// Shows one task with its attempts
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  $ rhesis-tasks show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23\n  $ rhesis-tasks show 01976ad07c3e"
)]
pub(crate) struct Show {
    /// The task: its id, an address that has it, or its first 8 digits or more
    id: String,
}

impl Show {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let id = task_id(&desk.api, &self.id).await?;
        let task: Box<RawValue> = desk.api.raw(Ask::get(format!("/tasks/{id}")), "task_id").await?;
        print(&mut desk.out, &task)?;
        Ok(Exit::Done)
    }
}

/// Prints a task as `GET /tasks/{id}` answers it.
pub(super) fn print(out: &mut Sink, task: &RawValue) -> Result<(), Failure> {
    if out.json {
        return out.raw(task);
    }
    let task: Value = serde_json::from_str(task.get()).unwrap_or_default();
    out.heading(&format!("{} {}", text(&task["kind"]), text(&task["task_id"])))?;
    let mut table = Table::plain();
    table
        .pair("status", some(&task["status"]))
        .pair("attempt", some(&task["attempt"]))
        .pair("progress", progress(&task["progress"]))
        .pair("arguments", some(&task["args"]))
        .pair("result", some(&task["result"]))
        .pair("error", error(&task["error"]))
        .pair("created", some(&task["created_at"]).map(|_| ago(&task["created_at"])))
        .pair("not before", some(&task["not_before"]).map(|_| ago(&task["not_before"])))
        .pair("finished", some(&task["finished_at"]).map(|_| ago(&task["finished_at"])))
        .pair("took", task["duration_ms"].as_f64().map(|ms| seconds(ms / 1000.0)))
        .pair("group", some(&task["group"]["group_id"]))
        .pair("parent", some(&task["parent_id"]))
        .pair("schedule", some(&task["schedule_id"]))
        .pair("options", some(&task["options"]).filter(|it| it != "{}"));
    out.table(&table)?;
    let attempts = task["attempts"].as_array().filter(|attempts| !attempts.is_empty());
    if let Some(attempts) = attempts {
        out.line("")?;
        let mut table = Table::new(["attempt", "outcome", "error", "ended"]);
        for attempt in attempts {
            let what = error(&attempt["error"]).unwrap_or_default();
            table.row([
                text(&attempt["attempt"]),
                text(&attempt["outcome"]),
                what,
                ago(&attempt["ended_at"]),
            ]);
        }
        out.table(&table)?;
    }
    Ok(())
}

/// A value as a person reads it: a text without quotes, nothing for null.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn some(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| text(value))
}

fn error(error: &Value) -> Option<String> {
    (!error.is_null()).then(|| format!("{}: {}", text(&error["type"]), text(&error["message"])))
}

fn progress(progress: &Value) -> Option<String> {
    (!progress.is_null()).then(|| format!("{} of {}", progress["done"], progress["total"]))
}
