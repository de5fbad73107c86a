//! The HTTP API against a real Postgres and an in-memory queue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod console;
mod documented;
mod endpoints;
mod identity;
mod lists;
mod openapi;
mod operating;
mod played;
mod requests;
mod runs;
mod sdk;
mod tasks;
mod test_sets;
mod walk;
mod world;
