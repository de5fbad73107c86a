//! Spans on their way from a request to the attempts that it caused, as an OTLP endpoint sees them.
//!
//! One process has one place to send spans to: so one receiver for all tests, and each test looks at its own trace.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod receiver;
mod requests;
