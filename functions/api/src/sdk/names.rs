use serde_json::Value;

use crate::answer::problem::Problem;
use crate::request::body::Object;

/// Takes out a field that has two names, ours and the SDK's, and reads it. What is shown says both, so that both may be said if they agree.
pub(crate) fn one_of<T>(
    body: &mut Object,
    own: &'static str,
    sdk: &'static str,
    reader: fn(&str, Value) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    match (body.take(own), body.take(sdk)) {
        (Some(one), Some(other)) if one != other => {
            Err(Problem::invalid(sdk, format!("contradicts {own}: give one of them")))
        }
        (Some(value), _) => reader(own, value).map(Some),
        (None, value) => value.map(|value| reader(sdk, value)).transpose(),
    }
}
