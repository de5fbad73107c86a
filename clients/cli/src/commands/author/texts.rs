//! What a new kind begins with; `<<kind>>` and `<<Kind>>` are filled in.

use super::name::Name;

const CONTRACT: &str = include_str!("texts/contract.rs.txt");
const MANIFEST: &str = include_str!("texts/Cargo.toml.txt");
const MAIN: &str = include_str!("texts/main.rs.txt");
const TESTS: &str = include_str!("texts/tests.rs.txt");

/// The kind whose events for `sam local` a new one's are made of.
const OTHER: &str = "count_test_sets";
const EVENT: &str = include_str!("../../../../../tests/events/count_test_sets-one.json");
const BATCH: &str = include_str!("../../../../../tests/events/count_test_sets-batch.json");

/// The files of a kind, by their path in the checkout.
pub(super) fn files(name: &Name) -> [(String, String); 6] {
    let kind = &name.kind;
    let folder = format!("functions/tasks/{kind}");
    [
        (format!("shared/catalog/src/{kind}.rs"), CONTRACT),
        (format!("{folder}/Cargo.toml"), MANIFEST),
        (format!("{folder}/src/main.rs"), MAIN),
        (format!("{folder}/src/tests.rs"), TESTS),
        (format!("tests/events/{kind}-one.json"), EVENT),
        (format!("tests/events/{kind}-batch.json"), BATCH),
    ]
    .map(|(path, text)| {
        (path, text.replace("<<kind>>", kind).replace("<<Kind>>", &name.camel).replace(OTHER, kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_kind_begins_with_its_name_wherever_it_belongs_and_nowhere_else() {
        let name = Name::read("word_count").unwrap();
        let files = files(&name);
        let contract = &files[0].1;
        assert!(contract.contains("const KIND: &'static str = \"word_count\";"), "{contract}");
        assert!(contract.contains("impl Task for WordCount {"), "{contract}");
        for (file, text) in &files {
            assert!(
                file.contains("word_count") && (text.contains("word_count") || text.contains("WordCount")),
                "{file}"
            );
            assert!(!text.contains("<<"), "{file} has something that is not filled in: {text}");
        }
    }
}
