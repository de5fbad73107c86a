//! Choices that have something and its opposite.

use std::collections::HashSet;

use serde_json::Value;

/// Where something of a choice stands whose opposite is there, too, and where that stands.
pub(super) fn opposites(choice: &[Value]) -> Option<(usize, usize)> {
    let negated = |schema: &Value| Some(opposite(schema)?.to_string());
    let negated: HashSet<String> = choice.iter().filter_map(negated).collect();
    let is_one = |schema: &Value| !negated.is_empty() && negated.contains(&schema.to_string());
    let one = choice.iter().position(is_one)?;
    let other = choice.iter().position(|schema| opposite(schema) == Some(&choice[one]))?;
    Some((one, other))
}

/// What a schema that says nothing but `not` is the opposite of.
pub(super) fn opposite(schema: &Value) -> Option<&Value> {
    schema.as_object().filter(|keywords| keywords.len() == 1)?.get("not")
}
