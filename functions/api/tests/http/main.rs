//! The HTTP API against a real Postgres and an in-memory queue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addresses;
mod bodies;
mod bulk;
mod chains;
mod configuring;
mod credentials;
mod dead_letters;
mod downloading;
mod ending_runs;
mod endpoints;
mod events;
mod executing;
mod groups;
mod idempotency;
mod importing;
mod importing_parts;
mod invoking;
mod judging;
mod large_sets;
mod limits;
mod listing;
mod options;
mod played;
mod reading;
mod reading_runs;
mod revoking;
mod schedules;
mod starting;
mod stats;
mod test_sets;
mod uploading;
mod waiting;
mod why;
mod world;
