//! Schedules: made, shown, paused, and declared by the code.

pub(crate) mod declare;
pub(crate) mod new;
pub(crate) mod stored;
