//! The HTTP API against a real Postgres and an in-memory queue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addresses;
mod bodies;
mod credentials;
mod events;
mod executing;
mod reading;
mod starting;
mod waiting;
mod world;
