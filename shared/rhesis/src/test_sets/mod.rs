//! Test sets: ordered lists of tests.
//!
//! A test set of visibility `user` exists for its user only; a policy of the database sees to that, so every verb here,
//! counting included, speaks of what the bound user may see.

mod association;
mod change;
mod create;
mod delete;
mod list;
mod members;
mod new_test;
mod stats;
mod visibility;

pub use association::{Associated, MOST_TESTS, associate, disassociate};
pub use change::{Changed, TestSetChange, change};
pub use create::{NewTestSet, append, create, create_new};
pub use delete::{Deleted, delete};
pub use list::{LIST, TestSet, TestSetFilter, find, list};
pub use members::{MEMBERS, TestLine, members};
pub use new_test::{NewTest, append_tests};
pub use stats::{Stats, count, stats};
pub use visibility::Visibility;
