//! What failed, by error; and what is done to many tasks at once.

mod batch;
mod dead_letters;
mod redrive;
mod selection;

pub(crate) use batch::Batch;
pub(crate) use dead_letters::DeadLetters;
pub(crate) use redrive::Redrive;
