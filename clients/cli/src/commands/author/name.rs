use crate::exit::Failure;

/// The longest name: with `task_` before it, it is a role of Postgres.
const LONGEST: usize = 56;
/// Names that Rust, cargo or the stack have for something else.
const TAKEN: [&str; 61] = [
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "try",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "union",
    "main",
    "test",
    "core",
    "alloc",
    "std",
    "relay",
    "api",
    "migrate",
    "proc_macro",
];

/// A name that a kind of task may have.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// As it is: the kind, the package, the folder.
    pub(super) kind: String,
    /// As a type: `word_count` is `WordCount`.
    pub(super) camel: String,
}

impl Name {
    /// Reads a name; whether it is free, the checkout knows.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| Err(Failure::usage(format!("{text:?} cannot name a kind of task: {what}.")));
        if text.is_empty() || text.len() > LONGEST {
            return wrong(&format!("it has 1 to {LONGEST} characters"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return wrong("it is lower-case letters, digits and underscores");
        }
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return wrong("it begins with a letter");
        }
        if text.ends_with('_')
            || text.split('_').skip(1).any(|word| !word.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            return wrong("behind an underscore stands a letter");
        }
        if TAKEN.contains(&text) {
            return wrong("Rust, cargo or the stack have this word for something else");
        }
        let words = text.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
        Ok(Self { kind: text.to_owned(), camel: words.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_type_and_what_cannot_be_one_is_refused() {
        assert_eq!(Name::read("word_count2").unwrap().camel, "WordCount2");
        let long = "a".repeat(57);
        for wrong in [
            "",
            "Word",
            "word-count",
            "2words",
            "_x",
            "x_",
            "a__b",
            "a_1",
            "async",
            "self",
            "main",
            "relay",
            "wörter",
            "a b",
            "../x",
            &long,
        ] {
            assert_eq!(Name::read(wrong).unwrap_err().exit, crate::exit::Exit::Usage, "{wrong}");
        }
        assert!(Name::read(&"a".repeat(56)).is_ok());
    }
}
