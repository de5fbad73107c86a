use std::time::Duration;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;
use task::{Retry, Task};

use crate::fields::fields;

/// A contract as data, for those who know a kind only by its name.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// See [`Task::KIND`].
    pub kind: &'static str,
    /// See [`Task::VERSION`].
    pub version: i32,
    /// See [`Task::RETRY`].
    pub retry: Retry,
    /// See [`Task::TIME_LIMIT`].
    pub time_limit: Duration,
    /// See [`Task::RETENTION`].
    pub retention: Duration,
    /// See [`Task::INTERNAL`].
    pub internal: bool,
    check: fn(&Value) -> Result<(), BadArgs>,
    arguments: fn() -> Value,
    output: fn() -> Value,
    argument_names: fn() -> &'static [&'static str],
}

/// Arguments that the function of a kind could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadArgs {
    /// Where in the arguments, as `args.test_configuration_id`.
    pub field: String,
    /// What is wrong there.
    pub detail: String,
}

impl Spec {
    /// The contract of `T`.
    #[must_use]
    pub const fn of<T: Task>() -> Self {
        Self {
            kind: T::KIND,
            version: T::VERSION,
            retry: T::RETRY,
            time_limit: T::TIME_LIMIT,
            retention: T::RETENTION,
            internal: T::INTERNAL,
            check: check::<T>,
            arguments: schema::<T>,
            output: schema::<T::Output>,
            argument_names: fields::<T>,
        }
    }

    /// How many seconds Lambda gives its function: the handler's time limit, and 5 s to write down how the attempt ended.
    #[must_use]
    pub const fn function_timeout(&self) -> u64 {
        self.time_limit.as_secs() + 5
    }

    /// After how many seconds a message of its queue that is not deleted comes again: six times the function's timeout, as AWS
    /// advises for SQS and Lambda.
    #[must_use]
    pub const fn visibility_timeout(&self) -> u64 {
        self.function_timeout() * 6
    }

    /// Whether the function of this kind can read `args`; so that a task that it could not is refused at the door.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn check(&self, args: &Value) -> Result<(), BadArgs> {
        (self.check)(args)
    }

    /// What the kind takes: a JSON Schema (2020-12) of an object.
    #[must_use]
    pub fn arguments(&self) -> Value {
        (self.arguments)()
    }

    /// The names of its arguments in the order of the contract, for callers who give them by position.
    #[must_use]
    pub fn argument_names(&self) -> &'static [&'static str] {
        (self.argument_names)()
    }

    /// What a task of the kind answers when it has succeeded: a JSON Schema (2020-12).
    #[must_use]
    pub fn output(&self) -> Value {
        (self.output)()
    }
}

/// What a value of `T` is, in JSON Schema 2020-12; what it says of itself in the source is its description.
fn schema<T: JsonSchema>() -> Value {
    SchemaGenerator::default().into_root_schema_for::<T>().to_value()
}

fn check<T: Task>(args: &Value) -> Result<(), BadArgs> {
    if !args.is_object() {
        return Err(BadArgs { field: "args".into(), detail: "must be an object".into() });
    }
    serde_path_to_error::deserialize::<_, T>(args).map(drop).map_err(|error| {
        let path = error.path().to_string();
        let detail = error.into_inner().to_string();
        let field = match (path.as_str(), missing(&detail)) {
            (".", Some(name)) => format!("args.{name}"),
            (".", None) => "args".into(),
            (path, _) => format!("args.{path}"),
        };
        BadArgs { field, detail }
    })
}

/// serde reports a missing or unknown field at its parent; the name stands between backticks.
fn missing(detail: &str) -> Option<&str> {
    detail
        .split('`')
        .nth(1)
        .filter(|_| detail.starts_with("missing field") || detail.starts_with("unknown field"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    fn field(kind: &str, args: &serde_json::Value) -> Option<String> {
        crate::find(kind).unwrap().check(args).err().map(|bad| bad.field)
    }

    #[test]
    fn bad_arguments_are_refused_by_the_name_of_the_field() {
        let kind = "execute_test_configuration";
        let id = "01976ad0-0000-7000-8000-000000000000";
        assert_eq!(field(kind, &json!({ "test_configuration_id": id })), None);
        assert_eq!(
            field(kind, &json!({ "test_configuration_id": 7 })).unwrap(),
            "args.test_configuration_id"
        );
        assert_eq!(
            field(kind, &json!({ "test_configuration_id": "x" })).unwrap(),
            "args.test_configuration_id"
        );
        assert_eq!(field(kind, &json!({})).unwrap(), "args.test_configuration_id");
        assert_eq!(field("count_test_sets", &json!({ "surprise": 1 })).unwrap(), "args.surprise");
        assert_eq!(field("count_test_sets", &json!([])).unwrap(), "args");
    }
}
