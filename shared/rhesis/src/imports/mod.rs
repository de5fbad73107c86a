//! Files of tests that come in parts: open for 24 hours, invisible as a test set until they are committed.

mod commit;
mod open;
mod part;

pub use commit::{CommitError, Committed, commit};
pub use open::{Import, LIST, MOST_OPEN, NewImport, OpenError, close, find, list, open};
pub use part::{LARGEST_PART, LARGEST_TOTAL, MOST_PARTS, PutError, put};
