//! The documents: what they name exists. Routes, requests and statements are tried in `functions/api/tests/http/documented`.

mod commands;
mod examples;
mod files;
mod programs;
mod promises;
mod sources;
mod text;
mod variables;
mod words;

use std::fs;

use crate::ROOT;
use sources::Sources;

/// A document: its path in the checkout and its text.
struct Document {
    path: String,
    text: String,
}

/// Everything that explains the system as it is: README and `docs/`, and the client's README.
fn handbook() -> Vec<Document> {
    let mut paths = vec!["README.md".to_owned(), "clients/python/README.md".to_owned()];
    for entry in fs::read_dir(format!("{ROOT}/docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            paths.push(format!("docs/{name}"));
        }
    }
    paths.sort();
    paths.into_iter().map(|path| Document { text: read(&path).unwrap(), path }).collect()
}

/// The handbook, and the changelog, which also tells of what is no more.
fn all() -> Vec<Document> {
    let path = "CHANGELOG.md".to_owned();
    let changelog = Document { text: read(&path).unwrap(), path };
    handbook().into_iter().chain([changelog]).collect()
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(format!("{ROOT}/{path}")).ok()
}

#[test]
fn every_test_that_a_document_names_exists() {
    assert_eq!(promises::promises_without_test(&all()), Vec::<String>::new());
}

#[test]
fn every_story_is_promised_by_a_document() {
    assert_eq!(promises::stories_without_promise(&all()), Vec::<String>::new());
}

#[test]
fn every_example_of_a_document_is_a_part_of_the_file_it_names() {
    assert_eq!(examples::stale_examples(&all()), Vec::<String>::new());
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    assert_eq!(examples::dead_links(&all()), Vec::<String>::new());
}

#[test]
fn every_command_of_a_document_can_be_typed() {
    assert_eq!(commands::problems(&handbook(), &Sources::read()), Vec::<String>::new());
}

#[test]
fn every_file_that_a_document_names_exists() {
    assert_eq!(files::problems(&handbook(), &Sources::read()), Vec::<String>::new());
}

#[test]
fn every_variable_and_parameter_of_a_document_exists_and_every_parameter_has_a_document() {
    assert_eq!(variables::problems(&handbook(), &Sources::read()), Vec::<String>::new());
    assert_eq!(variables::without_document(&handbook()), Vec::<String>::new());
}

#[test]
fn every_name_and_message_of_a_document_stands_in_the_sources() {
    assert_eq!(words::problems(&handbook(), &Sources::read()), Vec::<String>::new());
}

#[test]
fn a_document_that_is_wrong_is_reported() {
    let wrong = |text: &str| [Document { path: "docs/x.md".into(), text: text.into() }];
    let said =
        promises::promises_without_test(&wrong("See `stories::losses::nothing_is_ever_lost`.")).join("\n");
    assert_eq!(said, "docs/x.md: there is no test stories::losses::nothing_is_ever_lost");
    let said = promises::stories_without_promise(&wrong("")).join("\n");
    assert!(said.contains("`stories::losses::a_zombie_changes_nothing` is promised nowhere"), "{said}");
    let said =
        examples::stale_examples(&wrong("```rust\n// tests/lib.rs: it\nfn main() {}\n```\n")).join("\n");
    assert_eq!(said, "docs/x.md: the example from tests/lib.rs is not in it any more");
    assert_eq!(examples::dead_links(&wrong("[here](there.md#x)")), ["docs/x.md: there.md#x leads nowhere"]);
}

#[test]
fn a_document_that_names_what_there_is_not_is_reported_with_its_line() {
    let sources = Sources::read();
    let wrong = |text: &str| [Document { path: "docs/x.md".into(), text: text.into() }];
    let console = |line: &str| format!("# x\n\n```console\n$ {line}\nwhat it says\n```\n");
    for (line, said) in [
        ("make tests", "make has no target tests"),
        ("make run TEST=a.csv", "make reads no TEST"),
        ("cargo test -p stores", "there is no package stores"),
        ("cargo test --workspace --test storys", "there is no test storys"),
        ("cargo tests", "cargo has no command tests"),
        ("python3 bench/late.py", "there is no bench/late.py"),
        ("python3 bench/latency.py --url x", "bench/latency.py knows no --url"),
        ("sam local invoke ApiFunktion", "template.yaml has no ApiFunktion"),
        (
            "sam deploy --parameter-overrides DatabaseSleep=true",
            "template.yaml has no parameter DatabaseSleep",
        ),
        ("aws lambda invoke --function-name rhesis-relais x", "template.yaml has no rhesis-relais"),
        ("true && sam biuld", "sam has no command biuld"),
        ("rhesis-tasks strat x", "rhesis-tasks has no command strat"),
    ] {
        assert_eq!(
            commands::problems(&wrong(&console(line)), &sources),
            [format!("docs/x.md:4: {said}")],
            "{line}"
        );
    }
    assert_eq!(
        commands::problems(&wrong("See `make tset`."), &sources),
        ["docs/x.md:1: make has no target tset"]
    );
    assert_eq!(
        files::problems(&wrong("In\n`shared/stor`."), &sources),
        ["docs/x.md:2: there is no shared/stor"]
    );
    assert_eq!(files::problems(&wrong("`klaim.sql`"), &sources), ["docs/x.md:1: no file is named klaim.sql"]);
    let said = variables::problems(&wrong("`JWT_ISUER`, `JwtIsuer=x`, `DatabaseMod`"), &sources).join("\n");
    assert!(said.contains("docs/x.md:1: nothing reads JWT_ISUER"), "{said}");
    assert!(said.contains("template.yaml has no parameter JwtIsuer"), "{said}");
    let said =
        words::problems(&wrong("`max_retrys`, `RetryAftr`, `the attempt has endet`\n"), &sources).join("\n");
    for word in ["max_retrys", "RetryAftr", "the attempt has endet"] {
        assert!(said.contains(&format!("docs/x.md:1: {word} stands nowhere in the sources")), "{said}");
    }
    let json = "```json\n{\"task_id\": \"\", \"finishd_at\": null}\n```\n";
    assert_eq!(
        words::problems(&wrong(json), &sources),
        ["docs/x.md:2: finishd_at stands nowhere in the sources"]
    );
}
