//! `make openapi`: writes the API's document and the page made of it, `docs/openapi.json` and `docs/reference.md`.
#![allow(clippy::print_stderr, reason = "a command for maintainers")]

use std::fs;
use std::process::ExitCode;

fn main() -> ExitCode {
    for (name, text) in api::documents() {
        let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        // Nobody finds half a document.
        let draft = format!("{path}.draft");
        if let Err(error) = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &path)) {
            eprintln!("error: docs/{name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
