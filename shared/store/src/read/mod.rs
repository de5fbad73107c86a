//! What is shown of tasks: one, a list, counts, groups, failures, limits, and why a task waits.

pub(crate) mod attempts;
pub(crate) mod dead_letters;
pub(crate) mod ended_tasks;
pub(crate) mod groups;
pub(crate) mod limits;
pub(crate) mod list;
mod place;
pub(crate) mod state;
pub(crate) mod stats;
pub(crate) mod swept;
pub(crate) mod why;
