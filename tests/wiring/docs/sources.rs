use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::ROOT;

/// What is not the project's own, and these tests, which name what there is not.
const PASSED_OVER: [&str; 5] = ["target", ".local", ".git", "docs", "tests/wiring/docs"];
/// What holds words that documents may name.
const TEXT: [&str; 10] = ["rs", "sql", "py", "yaml", "yml", "toml", "json", "jsonl", "js", "Makefile"];

/// Every file of the checkout, and the text of those that say what exists.
pub(super) struct Sources {
    pub(super) paths: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    words: BTreeSet<String>,
    flat: String,
}

impl Sources {
    pub(super) fn read() -> Self {
        let mut sources = Self {
            paths: BTreeSet::new(),
            texts: BTreeMap::new(),
            words: BTreeSet::new(),
            flat: String::new(),
        };
        sources.enter(Path::new(ROOT), "");
        for text in sources.texts.values() {
            sources.words.extend(words(text).map(str::to_owned));
            // A text that is broken with `\` in Rust, or indented, is one line where it is shown.
            let whole = text.replace("\\\n", " ");
            for word in whole.split_whitespace() {
                sources.flat.push_str(&word.to_lowercase());
                sources.flat.push(' ');
            }
        }
        sources
    }

    fn enter(&mut self, folder: &Path, name: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let last = path.file_name().unwrap().to_str().unwrap();
            let name = if name.is_empty() { last.to_owned() } else { format!("{name}/{last}") };
            if PASSED_OVER.contains(&name.as_str()) || last == "__pycache__" {
                continue;
            }
            if path.is_dir() {
                self.enter(&path, &name);
            } else if TEXT.contains(&last.rsplit('.').next().unwrap())
                && let Ok(text) = fs::read_to_string(&path)
            {
                self.texts.insert(name.clone(), text);
            }
            self.paths.insert(name);
        }
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// Every text of a folder, or of all.
    pub(super) fn texts(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.texts.iter().filter(move |(path, _)| path.starts_with(folder)).map(|(_, text)| text.as_str())
    }

    /// Whether a word stands somewhere; a header's too as its constant is called.
    pub(super) fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
            || self.words.contains(&word.to_lowercase())
            || self.words.contains(&word.to_uppercase())
    }

    /// Whether this text stands somewhere, in whatever case, line breaks taken for spaces.
    pub(super) fn say(&self, text: &str) -> bool {
        self.flat.contains(&text.to_lowercase())
    }

    /// The names of the packages.
    pub(super) fn packages(&self) -> impl Iterator<Item = &str> {
        let manifests = self.texts.iter().filter(|(path, _)| path.ends_with("Cargo.toml"));
        manifests.filter_map(|(_, text)| text.split("[package]\nname = \"").nth(1)?.split('"').next())
    }
}

/// The words of a text: letters, digits and `_`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with(|first: char| !first.is_ascii_digit()))
}
