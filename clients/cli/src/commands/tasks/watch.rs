use std::collections::VecDeque;
use std::time::Duration;

use chrono::Local;
use clap::Args;
use serde_json::Value;
use serde_json::value::RawValue;

use super::id::task_id;
use super::show::text;
use super::{has_ended, outcome};
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit};
use crate::interrupt;

/// How often is looked when several are watched, or nothing changed.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells every change of tasks until they have ended; exit status 1 if one did not succeed
///
/// In a pipe each change is the whole task as JSON.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks watch 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
pub(crate) struct Watch {
    /// The tasks
    #[arg(required = true)]
    ids: Vec<String>,
}

impl Watch {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        desk.out.ends_with_its_reader();
        let mut watched = VecDeque::new();
        for id in &self.ids {
            watched.push_back((task_id(&desk.api, id).await?, Value::Null));
        }
        let ids: Vec<String> = watched.iter().map(|(id, _)| id.to_string()).collect();
        interrupt::say(format!("The tasks go on. To watch again: rhesis-tasks watch {}", ids.join(" ")));
        let mut exit = Exit::Done;
        while let Some((id, seen)) = watched.pop_front() {
            let task: Box<RawValue> = desk.api.raw(Ask::get(format!("/tasks/{id}")), "status").await?;
            let value: Value = serde_json::from_str(task.get()).unwrap_or_default();
            let status = text(&value["status"]);
            let has_ended = has_ended(&status)?;
            let now = Value::from(vec![
                value["status"].clone(),
                value["attempt"].clone(),
                value["progress"]["done"].clone(),
            ]);
            if now != seen {
                if desk.out.json {
                    desk.out.raw(&task)?;
                } else {
                    desk.out.line(&line(&value))?;
                }
            }
            if has_ended {
                if outcome(&status) != Exit::Done {
                    exit = Exit::Failed;
                }
                continue;
            }
            watched.push_back((id, now));
            tokio::time::sleep(PAUSE / u32::try_from(watched.len()).unwrap_or(1).max(1)).await;
        }
        Ok(exit)
    }
}

fn line(task: &Value) -> String {
    let mut line =
        format!("{} {} {}", Local::now().format("%H:%M:%S"), text(&task["task_id"]), text(&task["status"]));
    if let Some(done) = task["progress"]["done"].as_u64() {
        line.push_str(&format!(" {done} of {}", task["progress"]["total"]));
    }
    if !task["error"].is_null() {
        line.push_str(&format!(" {}: {}", text(&task["error"]["type"]), text(&task["error"]["message"])));
    } else if !task["result"].is_null() {
        line.push_str(&format!(" {}", task["result"]));
    } else if task["attempt"].as_u64() > Some(1) {
        line.push_str(&format!(" attempt {}", task["attempt"]));
    }
    line
}
