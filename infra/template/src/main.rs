//! `make template`: writes what the kinds have in `template.yaml` anew, from their contracts.

use std::process::ExitCode;

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: template.yaml: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), String> {
    let text = std::fs::read_to_string(TEMPLATE).map_err(|error| error.to_string())?;
    let made = template::with_kinds(&text, catalog::TASKS)?;
    if made == text {
        return Ok(());
    }
    // Nobody finds half a template.
    let draft = format!("{TEMPLATE}.draft");
    std::fs::write(&draft, made)
        .and_then(|()| std::fs::rename(&draft, TEMPLATE))
        .map_err(|error| error.to_string())
}
