//! What a new kind begins with; `KIND` and `CAMEL` are filled in.

use super::name::Name;

const CONTRACT: &str = include_str!("texts/contract.rs.txt");
const MANIFEST: &str = include_str!("texts/Cargo.toml.txt");
const MAIN: &str = include_str!("texts/main.rs.txt");
const TESTS: &str = include_str!("texts/tests.rs.txt");

/// The files of a kind, by their path in the checkout.
pub(super) fn files(name: &Name) -> [(String, String); 4] {
    let kind = &name.kind;
    let folder = format!("functions/tasks/{kind}");
    [
        (format!("shared/catalog/src/{kind}.rs"), CONTRACT),
        (format!("{folder}/Cargo.toml"), MANIFEST),
        (format!("{folder}/src/main.rs"), MAIN),
        (format!("{folder}/src/tests.rs"), TESTS),
    ]
    .map(|(path, text)| (path, text.replace("KIND", kind).replace("CAMEL", &name.camel)))
}
