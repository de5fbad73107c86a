//! Two that meet, at the same instant, again and again, on a real Postgres: whoever comes second must see what the first did.
//!
//! `RACE_ROUNDS` is how often each race is run. None may end in a deadlock, not even one that would be asked again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod arena;
mod batches;
mod cancelling;
mod claims;
mod last_members;
mod limits;
mod losses;
mod moves;
mod nested;
mod relays;
mod retention;
mod revoking;
