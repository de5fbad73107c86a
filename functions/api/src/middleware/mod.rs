//! What happens to every request before and after its route.

pub(crate) mod arming;
pub(crate) mod deadline;
pub(crate) mod event;
pub(crate) mod log;
pub(crate) mod trace;
