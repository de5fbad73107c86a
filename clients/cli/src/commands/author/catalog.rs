//! The lines of a kind in `shared/catalog/src/lib.rs`.

use super::name::Name;
use crate::exit::Failure;

/// The file, with the lines of a new kind: each where rustfmt would have it, the list's at its end.
pub(super) fn with(text: &str, name: &Name) -> Result<String, Failure> {
    let text = among(text, "mod ", &module(name))?;
    let text = among(&text, "pub use ", &export(name))?;
    let list = text
        .find("pub const TASKS")
        .and_then(|at| Some(at + text[at..].find("];")?))
        .ok_or_else(|| strange("TASKS"))?;
    Ok(format!("{}{}\n{}", &text[..list], spec(name), &text[list..]))
}

/// The file without the lines of a kind.
pub(super) fn without(text: &str, name: &Name) -> String {
    let own = [module(name), export(name), spec(name)];
    text.split_inclusive('\n').filter(|line| !own.iter().any(|own| line.trim_end() == own)).collect()
}

/// Whether the catalog has a kind or a name of this type.
pub(super) fn has(text: &str, name: &Name) -> bool {
    let code = text.lines().filter(|line| line.starts_with("mod ") || line.starts_with("pub "));
    code.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .any(|word| word == name.camel || word == name.kind)
}

fn module(name: &Name) -> String {
    format!("mod {};", name.kind)
}

fn export(name: &Name) -> String {
    format!("pub use {}::{};", name.kind, name.camel)
}

fn spec(name: &Name) -> String {
    format!("    Spec::of::<{}>(),", name.camel)
}

/// The text with a line in its place among those that begin so, which stand together in order.
fn among(text: &str, begin: &str, line: &str) -> Result<String, Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|it| it.starts_with(begin)).ok_or_else(|| strange(begin))?;
    let count = lines[first..].iter().take_while(|it| it.starts_with(begin)).count();
    let before = lines[first..first + count].iter().filter(|it| **it < line).count();
    let mut lines: Vec<&str> = lines;
    lines.insert(first + before, line);
    Ok(lines.join("\n") + "\n")
}

fn strange(what: &str) -> Failure {
    Failure::failed(format!(
        "shared/catalog/src/lib.rs has no {what:?} as it is expected: nothing was changed."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_added_where_it_belongs_and_taken_away_without_a_trace() {
        let text = include_str!("../../../../../shared/catalog/src/lib.rs");
        for kind in ["aaa", "kind_of_nobody", "zzz"] {
            let name = Name::read(kind).unwrap();
            assert!(!has(text, &name));
            let added = with(text, &name).unwrap();
            assert!(has(&added, &name) && added.lines().count() == text.lines().count() + 3);
            assert_eq!(without(&added, &name), text);
        }
        assert!(has(text, &Name::read("count_test_sets").unwrap()));
        assert!(has(text, &Name::read("spec").unwrap()), "a module that is no kind is taken too");
        assert!(!has(text, &Name::read("contract").unwrap()), "a word of a comment is nobody's");
        assert!(with("", &Name::read("x").unwrap()).is_err());
    }
}
