//! The domain against the real thing: HTTP endpoints on this machine, and Postgres with a database per test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod endpoints;
mod judges;
mod runs;
mod servers;
mod tenants;
mod world;
