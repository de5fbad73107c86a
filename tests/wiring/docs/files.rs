use std::path::Path;

use super::Document;
use super::sources::Sources;
use crate::ROOT;

/// Where a path of the checkout begins.
const FOLDERS: [&str; 9] =
    ["bench", "clients", "docs", "functions", "infra", "shared", "tests", "target", ".local"];
/// How a file's name ends, where it stands without its folders.
const ENDINGS: [&str; 5] = [".rs", ".sql", ".yaml", ".toml", "-batch.json"];
/// What is an example of a user's own.
const USERS: [&str; 5] = [
    "Cargo.toml",
    "functions/tasks/make_coffee/src/main.rs",
    "functions/tasks/word_count/src/main.rs",
    "functions/tasks/word_count/src/tests.rs",
    "shared/catalog/src/word_count.rs",
];

/// Files and folders that a document names and that are not there.
pub(super) fn problems(documents: &[Document], sources: &Sources) -> Vec<String> {
    let mut problems = Vec::new();
    for document in documents {
        let mut named: Vec<(usize, String)> =
            document.spans().into_iter().map(|span| (span.line, span.text)).collect();
        for block in document.blocks() {
            let lines = block.lines.iter().zip(block.line..);
            named.extend(lines.flat_map(|(line, number)| {
                line.split_whitespace().map(move |word| (number, word.to_owned()))
            }));
        }
        for (line, name) in named {
            problems.extend(problem(&name, sources).map(|said| format!("{}:{line}: {said}", document.path)));
        }
    }
    problems
}

fn problem(name: &str, sources: &Sources) -> Option<String> {
    let path =
        name.trim_matches(['\'', '"', ',', ':', ';', '.', '│', '└']).replace("<kind>", "count_test_sets");
    let path = if name.starts_with(".local") { format!(".{path}") } else { path };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    if !path.chars().all(plain) || USERS.contains(&path.as_str()) {
        return None;
    }
    let Some((folder, _)) = path.split_once('/') else {
        let is_file = ENDINGS.iter().any(|ending| path.ends_with(ending));
        let there = || sources.paths.iter().any(|known| known.rsplit('/').next() == Some(path.as_str()));
        return (is_file && !there()).then(|| format!("no file is named {path}"));
    };
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap();
    let there = match folder {
        // What a build or the local stack makes.
        "target" => sources.packages().any(|package| package == last || path == "target/"),
        ".local" => sources.texts("infra/local").any(|text| text.contains(last.split('.').next().unwrap())),
        _ => !FOLDERS.contains(&folder) || Path::new(ROOT).join(&path).exists(),
    };
    (!there).then(|| format!("there is no {path}"))
}
