use crate::exit::Failure;

/// The longest name: with `task_` before it, it is a role of Postgres.
const LONGEST: usize = 56;
/// Words of Rust.
const KEYWORDS: &str = "as async await break const continue crate dyn else enum extern false fn for gen if impl in let loop match mod move mut pub ref return self static struct super trait true type unsafe use where while abstract become box do final macro override priv try typeof unsized virtual yield union";
/// Names that cargo, a file system or the stack have for something else.
const TAKEN: &str =
    "main test core alloc std proc_macro build deps examples incremental aux con nul prn relay api migrate";
/// Types that a contract, a function or their tests name, or that every file of Rust has.
const TYPES: &str = "Box Clone Context Copy Debug Default Deserialize Drop Duration Eq Err Error Extend From Hash Into Iterator JsonSchema None Ok Option Ord PartialEq PartialOrd Result Send Serialize Sized Some StartError String Sync System Task ToOwned ToString Unpin Vec";

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
        let is_one_of = |words: &str, word: &str| words.split(' ').any(|it| it == word);
        if is_one_of(KEYWORDS, text) {
            return wrong("it is a word of Rust");
        }
        if is_one_of(TAKEN, text) {
            return wrong("cargo, a file system or the stack have this name for something else");
        }
        let camel: String = text.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        if is_one_of(TYPES, &camel) {
            return wrong(&format!("its type would be {camel}, which is one already"));
        }
        Ok(Self { kind: text.to_owned(), camel })
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
            "a\0b",
            "option",
            "task",
            "json_schema",
            "system",
            "build",
            "nul",
            &long,
        ] {
            assert_eq!(Name::read(wrong).unwrap_err().exit, crate::exit::Exit::Usage, "{wrong}");
        }
        // Words of SQL and AWS are as good as any: roles, queues and functions have them behind something else.
        for fine in ["select", "table", "user", "aws", "lambda", "pg_role", "auto", &"a".repeat(56)] {
            assert!(Name::read(fine).is_ok(), "{fine}");
        }
    }
}
