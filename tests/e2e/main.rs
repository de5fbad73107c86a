//! The real binaries, deployed from the real template to the local stack, over HTTP. Each test is a tenant of its own with an
//! AI endpoint of its own. Needs the stack that `make test` starts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod crashes;
mod endpoint;
mod greed;
mod heavy;
mod poison;
mod processes;
mod runs;
mod secrets;
mod server;
mod stack;
mod tasks;
