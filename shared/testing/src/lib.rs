//! What the tests of this workspace, and of a task's author, stand on: a database of their own, and a system around it.
//!
//! Needs `TEST_DATABASE_URL`: a superuser on a server that may be filled with databases; `make test` starts one.

mod database;
mod system;

pub use database::{Database, Organization};
pub use system::System;
