//! `make template`: writes what the kinds have in `template.yaml` and in the dashboard anew, from their contracts.

use std::process::ExitCode;

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
const MONITORING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../monitoring.yaml");

fn main() -> ExitCode {
    let written = write(TEMPLATE, |text| template::with_kinds(text, catalog::TASKS))
        .and_then(|()| write(MONITORING, |text| template::with_widgets(text, catalog::TASKS)));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn write(file: &str, made: impl Fn(&str) -> Result<String, String>) -> Result<(), String> {
    let named = |problem: String| format!("{file}: {problem}");
    let text = std::fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
    let made = made(&text).map_err(named)?;
    if made == text {
        return Ok(());
    }
    // Nobody finds half a template.
    let draft = format!("{file}.draft");
    std::fs::write(&draft, made)
        .and_then(|()| std::fs::rename(&draft, file))
        .map_err(|error| named(error.to_string()))
}
