use rhesis::test_sets::Visibility;
use serde_json::Value;

use super::text;
use crate::answer::problem::Problem;

/// How many characters a name may have, and how many a description.
const LONGEST_NAME: usize = 255;
const LONGEST_DESCRIPTION: usize = 10_000;

/// A name: 1 to 255 characters, not white space alone.
pub(crate) fn title(name: &str, value: Value) -> Result<String, Problem> {
    let title = text(name, value)?;
    if title.trim().is_empty() || title.chars().count() > LONGEST_NAME {
        let detail = format!("must have 1 to {LONGEST_NAME} characters, and not white space alone");
        return Err(Problem::invalid(name, detail));
    }
    Ok(title)
}

/// A description.
pub(crate) fn description(name: &str, value: Value) -> Result<String, Problem> {
    let description = text(name, value)?;
    if description.chars().count() > LONGEST_DESCRIPTION {
        return Err(Problem::invalid(name, format!("must have at most {LONGEST_DESCRIPTION} characters")));
    }
    Ok(description)
}

/// Who sees a test set.
pub(crate) fn visibility(name: &str, value: Value) -> Result<Visibility, Problem> {
    (value.as_str().and_then(Visibility::from_word))
        .ok_or_else(|| Problem::invalid(name, "must be public, organization or user"))
}

/// The name of a kind that there is.
pub(crate) fn kind(name: &str, value: Value) -> Result<String, Problem> {
    text(name, value)
        .ok()
        .filter(|kind| catalog::find(kind).is_some())
        .ok_or_else(|| Problem::invalid(name, "must be the name of a kind of task that there is"))
}

/// True or false, as JSON has them.
pub(crate) fn boolean(name: &str, value: Value) -> Result<bool, Problem> {
    value.as_bool().ok_or_else(|| Problem::invalid(name, "must be true or false"))
}

/// Yes or no; in a query string as a word.
pub(crate) fn flag(name: &str, value: Value) -> Result<bool, Problem> {
    match (value.as_bool(), value.as_str()) {
        (Some(flag), _) => Ok(flag),
        (_, Some("true")) => Ok(true),
        (_, Some("false")) => Ok(false),
        _ => Err(Problem::invalid(name, "must be true or false")),
    }
}
