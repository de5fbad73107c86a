//! Starting tasks and groups.

pub(crate) mod bad_option;
pub(crate) mod batch;
pub(crate) mod enqueue;
pub(crate) mod new_task;
