use std::fs;
use std::path::Path;

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

/// A document: its path in the checkout and its text.
struct Document {
    path: String,
    text: String,
}

/// README, changelog and everything in `docs/`.
fn all() -> Vec<Document> {
    let mut paths = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    for entry in fs::read_dir(format!("{ROOT}/docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            paths.push(format!("docs/{name}"));
        }
    }
    paths.sort();
    paths.into_iter().map(|path| Document { text: read(&path).unwrap(), path }).collect()
}

/// Tests that a document names and nobody wrote.
fn promises_without_test(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        for name in text.split('`').filter(|name| !name.contains(char::is_whitespace)) {
            let Some((suite, rest)) = name.split_once("::") else { continue };
            let Some((_, folder)) = SUITES.iter().find(|(known, _)| *known == suite) else { continue };
            let (file, title) = rest.rsplit_once("::").unwrap_or((rest, ""));
            let tests = read(&format!("{folder}/{}.rs", file.replace("::", "/"))).unwrap_or_default();
            if !titles(&tests).contains(&title) {
                problems.push(format!("{path}: there is no test {name}"));
            }
        }
    }
    problems
}

/// Stories that no document promises.
fn stories_without_promise(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut folders = vec![("stories".to_owned(), Path::new(ROOT).join("tests/stories"))];
    while let Some((module, folder)) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let module = format!("{module}::{}", path.file_stem().unwrap().to_str().unwrap());
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

/// Blocks of code that are no longer what their file holds. The first line of such a block names the file: `// path: …`.
fn stale_examples(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        for block in text.split("```rust\n// ").skip(1) {
            let (source, code) = block.split_once('\n').unwrap();
            let source = source.split(':').next().unwrap();
            let code = code.split("```").next().unwrap();
            if !read(source).is_some_and(|file| file.contains(code)) {
                problems.push(format!("{path}: the example from {source} is not in it any more"));
            }
        }
    }
    problems
}

/// Links to files that are not there.
fn dead_links(documents: &[Document]) -> Vec<String> {
    let mut problems = Vec::new();
    for Document { path, text } in documents {
        let folder = Path::new(ROOT).join(path).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                problems.push(format!("{path}: {link} leads nowhere"));
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

fn read(path: &str) -> Option<String> {
    fs::read_to_string(format!("{ROOT}/{path}")).ok()
}

#[test]
fn every_test_that_a_document_names_exists() {
    assert_eq!(promises_without_test(&all()), Vec::<String>::new());
}

#[test]
fn every_story_is_promised_by_a_document() {
    assert_eq!(stories_without_promise(&all()), Vec::<String>::new());
}

#[test]
fn every_example_of_a_document_is_a_part_of_the_file_it_names() {
    assert_eq!(stale_examples(&all()), Vec::<String>::new());
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    assert_eq!(dead_links(&all()), Vec::<String>::new());
}

#[test]
fn a_document_that_is_wrong_is_reported() {
    let wrong = |text: &str| [Document { path: "docs/x.md".into(), text: text.into() }];
    let said = promises_without_test(&wrong("See `stories::losses::nothing_is_ever_lost`.")).join("\n");
    assert_eq!(said, "docs/x.md: there is no test stories::losses::nothing_is_ever_lost");
    let said = stories_without_promise(&wrong("")).join("\n");
    assert!(said.contains("`stories::losses::a_zombie_changes_nothing` is promised nowhere"), "{said}");
    let said = stale_examples(&wrong("```rust\n// tests/lib.rs: it\nfn main() {}\n```\n")).join("\n");
    assert_eq!(said, "docs/x.md: the example from tests/lib.rs is not in it any more");
    assert_eq!(dead_links(&wrong("[here](there.md#x)")), ["docs/x.md: there.md#x leads nowhere"]);
}
