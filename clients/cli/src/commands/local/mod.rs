//! What needs no API: the console's address, completions, man pages.

mod completions;
mod man;
mod open;

pub(crate) use completions::Completions;
pub(crate) use man::Man;
pub(crate) use open::Open;
