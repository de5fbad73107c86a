use clap::Args;
use serde_json::json;

use crate::commands::tasks::whole_id;
use crate::exit::{Ended, Exit};
use crate::output::Sink;
use crate::place::Place;

/// Prints the address of a page of the console, for a browser
///
/// Of the local stack it is one that signs in.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks open
  $ xdg-open \"$(rhesis-tasks open 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23)\"")]
pub(crate) struct Open {
    /// A task's id; the first page unless it is said
    task: Option<String>,
}

impl Open {
    pub(crate) fn run(self, profile: Option<&str>, json: bool, mut out: Sink) -> Ended {
        let place = Place::find(profile)?;
        let url = match &self.task {
            None => place.console.clone().unwrap_or_else(|| format!("{}/console/overview", place.url)),
            Some(task) => format!("{}/console/tasks/{}", place.url, whole_id(task, "task")?),
        };
        // An address in a pipe is for a browser: JSON is what was asked for.
        if json {
            out.object(&json!({"url": url}))?;
        } else {
            out.line(&url)?;
        }
        Ok(Exit::Done)
    }
}
