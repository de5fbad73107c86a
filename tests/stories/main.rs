//! What the system promises, each promise a story over a real Postgres and the real runtime around handlers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod attempts;
mod groups;
mod lifecycle;
mod limits;
mod losses;
mod monitoring;
mod operations;
mod schedules;
mod sleeping;
mod start;
mod tenants;
