//! For the author of a kind of task: everything that a new one needs, in one command, or nothing of it.

mod catalog;
mod checkout;
mod edits;
mod name;
mod new;
mod texts;

pub(crate) use new::New;
