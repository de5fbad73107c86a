//! What is sent to an endpoint for a prompt.

mod language;
mod prepared;
mod redact;
mod target;
mod template;

pub(super) use prepared::{Prepared, build, check, prepare, prepare_apart};
pub(super) use redact::request as redacted;
pub(super) use target::check as check_target;
pub(super) use template::is_template;
