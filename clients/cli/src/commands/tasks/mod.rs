//! Tasks: start, look, wait, end, begin anew.

mod arguments;
mod id;
mod kinds;
mod lines;
mod list;
mod merge;
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
pub(crate) use list::List;
pub(crate) use retry::Retry;
pub(crate) use revoke::Revoke;
pub(crate) use show::{Show, text};
pub(crate) use start::Start;
pub(crate) use wait::{Wait, until_ended};
pub(crate) use watch::Watch;
pub(crate) use why::Why;

use crate::exit::Exit;

/// The words of tasks that have ended.
const FINAL: [&str; 3] = ["SUCCESS", "FAILURE", "REVOKED"];

/// The exit status of a task that has ended so.
pub(crate) fn outcome(status: &str) -> Exit {
    if status == "SUCCESS" { Exit::Done } else { Exit::Failed }
}
