//! What a schema may ask of a text in an answer, where the validator would make more of the text than was weighed.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::programs::limits::PATTERN_LENGTH;

static REGEX: LazyLock<Option<Validator>> = LazyLock::new(|| {
    jsonschema::options().should_validate_formats(true).build(&json!({"format": "regex"})).ok()
});

/// Whether it is JSON. Nothing is made of it.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Whether it is a regular expression, in the syntax of ECMA. The validator keeps each group that is open, and each name: what
/// is longer than a pattern may be is none.
pub(super) fn is_regex(text: &str) -> bool {
    let validator = REGEX.as_ref().filter(|_| PATTERN_LENGTH.check(text.len()).is_ok());
    validator.is_some_and(|validator| validator.is_valid(&Value::from(text)))
}
