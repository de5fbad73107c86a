use std::fs;
use std::path::Path;

use super::{Document, read};
use crate::ROOT;

/// Where the tests of a suite are that the documents name as `suite::file::title`.
const SUITES: [(&str, &str); 7] = [
    ("stories", "tests/stories"),
    ("e2e", "tests/e2e"),
    ("model", "tests/model"),
    ("races", "tests/races"),
    ("http", "functions/api/tests/http"),
    ("domain", "shared/rhesis/tests/domain"),
    ("wiring", "tests/wiring"),
];

/// Tests that a document names and nobody wrote.
pub(super) fn promises_without_test(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        for name in text.split('`').filter(|name| !name.contains(char::is_whitespace)) {
            let Some((suite, rest)) = name.split_once("::") else { continue };
            let Some((_, folder)) = SUITES.iter().find(|(known, _)| *known == suite) else { continue };
            let (file, title) = rest.rsplit_once("::").unwrap_or((rest, ""));
            let file = format!("{folder}/{}", file.replace("::", "/"));
            let tests = read(&format!("{file}.rs")).or_else(|| read(&format!("{file}/mod.rs")));
            let tests = tests.unwrap_or_default();
            if !titles(&tests).contains(&title) {
                problems.push(format!("{path}: there is no test {name}"));
            }
        }
    }
    problems
}

/// Stories that no document promises.
pub(super) fn stories_without_promise(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut folders = vec![("stories".to_owned(), Path::new(ROOT).join("tests/stories"))];
    while let Some((module, folder)) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let module = match path.file_stem().unwrap().to_str().unwrap() {
                "mod" => module.clone(),
                name => format!("{module}::{name}"),
            };
            if path.is_dir() {
                folders.push((module, path));
                continue;
            }
            for title in titles(&fs::read_to_string(&path).unwrap()) {
                let name = format!("`{module}::{title}`");
                if !documents.iter().any(|document| document.text.contains(&name)) {
                    problems.push(format!("{name} is promised nowhere: give it a line in docs/states.md"));
                }
            }
        }
    }
    problems
}

/// The titles of the tests of a file.
fn titles(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let tests = lines.windows(2).filter(|pair| pair[0].starts_with("#[tokio::test") || pair[0] == "#[test]");
    tests.filter_map(|pair| pair[1].split("fn ").nth(1)?.split('(').next()).collect()
}
