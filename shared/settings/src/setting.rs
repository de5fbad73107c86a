use std::fmt;
use std::sync::OnceLock;

use crate::supplied::supplied;

static BEGUN: OnceLock<(String, &'static [Setting])> = OnceLock::new();

/// A variable of the environment that some function reads. Set to nothing is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    name: &'static str,
    required: bool,
    of_lambda: bool,
    in_secret: bool,
    words: &'static [&'static str],
    beginnings: &'static [&'static str],
}

/// Variables that a function cannot do without, and that nobody set.
#[derive(Clone, PartialEq, Eq)]
pub struct Missing(pub(crate) Vec<&'static str>);

impl Setting {
    pub(crate) const fn required(name: &'static str) -> Self {
        Self { required: true, ..Self::optional(name) }
    }

    pub(crate) const fn optional(name: &'static str) -> Self {
        Self { name, required: false, of_lambda: false, in_secret: false, words: &[], beginnings: &[] }
    }

    /// May come from the secret that `SETTINGS_SECRET_ARN` names.
    pub(crate) const fn in_secret(self) -> Self {
        Self { in_secret: true, ..self }
    }

    /// Must be one of these words.
    pub(crate) const fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// Must begin with one of these.
    pub(crate) const fn beginning(self, beginnings: &'static [&'static str]) -> Self {
        Self { beginnings, ..self }
    }

    /// Not the template's to set: Lambda does.
    pub(crate) const fn of_lambda(self) -> Self {
        Self { of_lambda: true, ..self }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether a function that reads it cannot start without it.
    #[must_use]
    pub const fn is_required(self) -> bool {
        self.required
    }

    /// Whether Lambda sets it, not the template.
    #[must_use]
    pub const fn is_of_lambda(self) -> bool {
        self.of_lambda
    }

    /// What to say when it is needed and not set.
    #[must_use]
    pub fn missing(self) -> Missing {
        Missing(vec![self.name])
    }

    /// Whether it may come from the secret that `SETTINGS_SECRET_ARN` names.
    #[must_use]
    pub const fn is_in_secret(self) -> bool {
        self.in_secret
    }

    /// Its text, of the environment or of the settings' secret; none if it is unset, empty, or not in the list of the
    /// function that this process began as.
    #[must_use]
    pub fn get(self) -> Option<String> {
        if BEGUN.get().is_some_and(|(_, list)| !list.contains(&self)) {
            return None;
        }
        self.of_environment().or_else(|| supplied(self.name))
    }

    /// Its text in the environment; none if it is unset or empty.
    pub(crate) fn of_environment(self) -> Option<String> {
        std::env::var(self.name).ok().filter(|text| !text.is_empty())
    }

    /// What is wrong with a text, without quoting it.
    pub(crate) fn fault(self, text: &str) -> Option<String> {
        let or = |all: &[&str]| all.join(" or ");
        let name = self.name;
        if !self.words.is_empty() && !self.words.contains(&text) {
            return Some(format!("{name} must be {}", or(self.words)));
        }
        if !self.beginnings.is_empty() && !self.beginnings.iter().any(|with| text.starts_with(with)) {
            return Some(format!("{name} must begin with {}", or(self.beginnings)));
        }
        None
    }

    /// Its text.
    ///
    /// # Errors
    /// If it is not set; the error names it.
    pub fn require(self) -> Result<String, Missing> {
        self.get().ok_or_else(|| self.missing())
    }
}

/// Makes this process a function: from now on only what its list declares can be read.
pub(crate) fn declare(function: &str) -> &'static [Setting] {
    BEGUN.get_or_init(|| (function.to_owned(), crate::of(function))).1
}

/// What this process began as; none if it did not.
#[must_use]
pub fn function() -> Option<&'static str> {
    BEGUN.get().map(|(function, _)| function.as_str())
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} not set", self.0.join(", "), if self.0.len() == 1 { "is" } else { "are" })
    }
}

impl fmt::Debug for Missing {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Missing {}
