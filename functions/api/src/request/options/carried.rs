use serde_json::Value;

use crate::answer::problem::Problem;

/// `{"name": "value"}`: what travels with a task to its handler.
pub(super) fn headers(name: &str, value: Value) -> Result<Value, Problem> {
    let Value::Object(fields) = &value else {
        return Err(Problem::invalid(name, "must be an object of strings"));
    };
    match fields.iter().find(|(_, value)| !value.is_string()) {
        Some((field, _)) => Err(Problem::invalid(format!("{name}.{field}"), "must be a string")),
        None => Ok(value),
    }
}
