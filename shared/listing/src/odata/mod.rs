//! OData's `$filter`, as far as lists need it.
//!
//! A grammar of our own, because of what there is no crate keeps to OData's: quotes doubled in texts, `and` before `or`, and an error
//! that says where it is. Parsing and checking are one step, so that whatever is wrong has its place.

mod error;
mod operand;
mod parser;
mod token;

pub use error::BadFilter;
pub use parser::{MOST_CHARACTERS, MOST_LEVELS, MOST_TERMS};
