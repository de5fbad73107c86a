use std::time::{Duration, Instant};

use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::id::task_id;
use super::{has_ended, outcome, show};
use crate::api::{Api, Ask};
use crate::commands::{Desk, from_now};
use crate::exit::{Ended, Exit, Failure};
use crate::interrupt;
use crate::output::{Bar, seconds};

/// The longest that the API holds an answer back.
const HOLD: u64 = 20;
/// The shortest time between two looks.
const LEAST_PAUSE: Duration = Duration::from_millis(300);

/// Waits until tasks have ended; exit status 1 if one of them did not succeed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks wait 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23
  $ rhesis-tasks wait --timeout 600 01976ad07c3e 01976ad07c41")]
pub(crate) struct Wait {
    /// The tasks
    #[arg(required = true)]
    ids: Vec<String>,
    /// Give up after so many seconds, with exit status 1; the tasks go on
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

impl Wait {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let until = self.timeout.and_then(from_now);
        let mut ids = Vec::new();
        for id in &self.ids {
            ids.push(task_id(&desk.api, id).await?);
        }
        let mut exit = Exit::Done;
        for id in ids {
            let (status, task) = until_ended(&desk.api, id, until).await?;
            show::print(&mut desk.out, &task)?;
            if outcome(&status) != Exit::Done {
                exit = Exit::Failed;
            }
        }
        Ok(exit)
    }
}

/// What is looked at while it is waited for.
#[derive(Deserialize)]
struct Standing {
    status: String,
    #[serde(default)]
    progress: Value,
}

/// Waits until a task has ended; answers how, and all of it.
pub(crate) async fn until_ended(
    api: &Api,
    id: Uuid,
    until: Option<Instant>,
) -> Result<(String, Box<RawValue>), Failure> {
    interrupt::say(format!(
        "Task {id} goes on. To wait again: rhesis-tasks wait {id}; to end it: rhesis-tasks revoke {id}"
    ));
    let bar = Bar::spinner("");
    let begun = Instant::now();
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        // A person sees it move; a program asks as rarely as it may.
        let most = if crate::output::is_watched() { 2 } else { HOLD };
        let hold = left.map_or(most, |left| left.as_secs().min(most));
        let asked = Instant::now();
        let task: Box<RawValue> = api.send(Ask::held(&format!("/tasks/{id}"), hold)).await?.read()?;
        let standing: Standing = serde_json::from_str(task.get())
            .map_err(|_| Failure::unreachable("The answer is no task as this API shows it."))?;
        if has_ended(&standing.status)? {
            return Ok((standing.status, task));
        }
        if left.is_some_and(|left| left.is_zero()) {
            return Err(Failure::failed(format!("Task {id} is still {} and goes on.", standing.status)));
        }
        let done = match (standing.progress["done"].as_u64(), standing.progress["total"].as_u64()) {
            (Some(done), Some(total)) => format!(", {done} of {total}"),
            _ => String::new(),
        };
        // Whoever does not hold the answer back is not asked without a pause.
        tokio::time::sleep(LEAST_PAUSE.saturating_sub(asked.elapsed())).await;
        bar.says(&format!("{id} {}{done}, {}", standing.status, seconds(begun.elapsed().as_secs_f64())));
    }
}
