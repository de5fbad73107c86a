use std::fmt;

/// Why a `$filter` cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFilter {
    /// The character at which it goes wrong, from 1; one more than there are at the end.
    pub at: usize,
    /// What is wrong there.
    pub detail: String,
}

impl fmt::Display for BadFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is wrong at character {}: {}", self.at, self.detail)
    }
}

impl std::error::Error for BadFilter {}

/// What is wrong at a character.
pub(super) fn bad(at: usize, detail: impl Into<String>) -> BadFilter {
    BadFilter { at, detail: detail.into() }
}

/// A text for a sentence: not longer than one can read.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
