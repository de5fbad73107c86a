//! What a task costs, in what can be counted: statements, commits, updates that touch no index. Never in time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod drains;
mod lost_answers;
mod pages;
mod starts;
mod updates;
mod waits;
mod wire;
mod world;
