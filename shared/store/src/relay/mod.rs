//! The relay's minute: what is due, overdue, to be told, and the ticks of schedules.

pub(crate) mod notices;
pub(crate) mod sweep;
pub(crate) mod ticks;
