//! Tasks: start, look, wait, end, begin anew.

mod arguments;
mod each;
mod id;
mod kinds;
mod lines;
mod list;
mod retry;
mod revoke;
mod show;
mod start;
mod wait;
mod watch;
mod why;

pub(crate) use arguments::checked as checked_arguments;
pub(crate) use id::{whole, whole_id};
pub(crate) use kinds::Kinds;
pub(crate) use lines::open;
pub(crate) use list::List;
pub(crate) use retry::Retry;
pub(crate) use revoke::Revoke;
pub(crate) use show::{Show, text};
pub(crate) use start::{Start, once};
pub(crate) use wait::{Wait, until_ended};
pub(crate) use watch::Watch;
pub(crate) use why::Why;

use crate::exit::{Exit, Failure};

/// The words of tasks that have ended, and of those that have not.
const FINAL: [&str; 3] = ["SUCCESS", "FAILURE", "REVOKED"];
const GOING_ON: [&str; 3] = ["PENDING", "STARTED", "RETRY"];

/// Whether a task that stands so has ended.
fn has_ended(status: &str) -> Result<bool, Failure> {
    if !FINAL.contains(&status) && !GOING_ON.contains(&status) {
        return Err(Failure::unreachable(
            "The answer is no task as this API shows it: is the address right?",
        ));
    }
    Ok(FINAL.contains(&status))
}

/// The exit status of a task that has ended so.
pub(crate) fn outcome(status: &str) -> Exit {
    if status == "SUCCESS" { Exit::Done } else { Exit::Failed }
}
