//! The domain against the real thing: HTTP endpoints on this machine, and Postgres with a database per test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod authentication;
mod calls;
mod cases;
mod choosing;
mod echoes;
mod endings;
mod floods;
mod judges;
mod quoting_judges;
mod rebinding;
mod rescores;
mod rotation;
mod rough;
mod servers;
mod sockets;
mod starts;
mod tenants;
mod token_servers;
mod world;
