//! How a function reaches Postgres: whom it trusts, and how it proves who it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod authority;
mod aws;
mod door;
mod front;
mod roles;
mod rotation;
mod tls;
mod tokens;
