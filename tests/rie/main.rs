//! The functions' binaries under the emulator that `sam local` puts into its containers, with the events of
//! `tests/events`. The container itself is run by `make test-containers`: see `docs/sam-local.md`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod answers;
mod emulated;
mod memory;
mod reads;

/// The checkout.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where the SAM CLI is installed, with everything it brings.
const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.local/venv");
