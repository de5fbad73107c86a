use super::Document;
use super::programs::{self, Typed};
use super::sources::Sources;
use super::text::Block;

/// Programs whose commands are looked into, wherever they stand.
pub(super) const KNOWN: [&str; 6] = ["make", "cargo", "python3", "sam", "aws", "rhesis-tasks"];

/// Commands that could not be typed: of the blocks, and of the text where they begin with the name of a program.
pub(super) fn problems(documents: &[Document], sources: &Sources) -> Vec<String> {
    let mut problems = Vec::new();
    for document in documents {
        let mut typed: Vec<(usize, String)> = document.blocks().iter().flat_map(lines).collect();
        for span in document.spans() {
            if KNOWN.iter().any(|program| span.text.starts_with(&format!("{program} "))) {
                typed.push((span.line, span.text));
            }
        }
        for (line, text) in typed {
            for command in text.split([';', '|', '&']).filter_map(Typed::of) {
                let said = programs::problems(&command, sources);
                problems.extend(said.into_iter().map(|said| format!("{}:{line}: {said}", document.path)));
            }
        }
    }
    problems
}

/// The command lines of a block, each with its line; what a command prints is none.
fn lines(block: &Block<'_>) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (line, number) in block.lines.iter().zip(block.line..) {
        let typed = match block.language {
            "sh" => Some(*line),
            "console" => line.strip_prefix("$ "),
            _ => None,
        };
        let text = if goes_on {
            line
        } else if let Some(typed) = typed {
            typed
        } else {
            continue;
        };
        let text = text.split(" # ").next().unwrap();
        let part = text.trim_end_matches('\\');
        if goes_on {
            lines.last_mut().unwrap().1.push_str(part);
        } else {
            lines.push((number, part.to_owned()));
        }
        goes_on = text.ends_with('\\');
    }
    lines
}
