use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::schema::{Schema, near};
use crate::exit::Failure;

/// Problems that are told at once.
const MOST_TOLD: usize = 5;
/// No problem is told at greater length.
const LONGEST_TOLD: usize = 300;

/// What does not fit the schema, told by the names of the fields.
pub(super) fn check(arguments: &Value, schema: &Value) -> Result<(), Failure> {
    // A schema that cannot be read here is the API's to enforce.
    let Ok(validator) = jsonschema::options().should_validate_formats(true).build(schema) else {
        return Ok(());
    };
    let mut wrong = Vec::new();
    unknown(arguments, Schema::new(schema), "args", &mut wrong);
    for error in validator.iter_errors(arguments).take(MOST_TOLD) {
        tell(&error, &mut wrong);
    }
    wrong.truncate(MOST_TOLD);
    // What nobody could tell by its name is wrong all the same.
    if wrong.is_empty() && !validator.is_valid(arguments) {
        wrong.push("args: they do not fit the contract".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::usage(wrong.join("; "))) }
}

/// Names that the schema does not have, at any depth.
fn unknown(value: &Value, schema: Schema<'_>, field: &str, wrong: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let known = schema.names();
            for (name, value) in object {
                match schema.property(name) {
                    Some(below) => unknown(value, below, &format!("{field}.{name}"), wrong),
                    None if schema.is_closed() && !known.contains(&name.as_str()) => {
                        let hint = match (near(name, known.iter().copied()), known.is_empty()) {
                            (Some(meant), _) => format!(" Is {meant} meant?"),
                            (None, true) => " There are none.".into(),
                            (None, false) => format!(" There are {}.", known.join(", ")),
                        };
                        wrong.push(format!("{field}.{name}: there is no such argument.{hint}"));
                    }
                    None => {}
                }
            }
        }
        Value::Array(items) => {
            let Some(below) = schema.at("/0") else { return };
            for (place, item) in items.iter().enumerate() {
                unknown(item, below, &format!("{field}.{place}"), wrong);
            }
        }
        _ => {}
    }
}

fn tell(error: &ValidationError<'_>, wrong: &mut Vec<String>) {
    let path = error.instance_path().to_string();
    let field = format!("args{}", path.replace('/', "."));
    match error.kind() {
        // Told already, by their names.
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } | Kind::FalseSchema => {}
        Kind::Required { property } => {
            wrong.push(format!("{field}.{}: is missing", property.as_str().unwrap_or_default()));
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            // The alternative that is meant is the one that fits the furthest; several that fit as little are told together.
            let depth = |branch: &Vec<ValidationError<'_>>| {
                branch.iter().map(|error| error.instance_path().to_string().len()).max().unwrap_or_default()
            };
            let meant = context.iter().max_by_key(|branch| depth(branch));
            match meant.filter(|branch| depth(branch) > path.len()) {
                Some(branch) => branch.iter().for_each(|error| tell(error, wrong)),
                None => wrong.push(said(&field, error)),
            }
        }
        Kind::Enum { options } => {
            let options = options.as_array().into_iter().flatten().filter_map(Value::as_str);
            let instance = error.instance();
            let meant = instance.as_str().and_then(|text| near(text, options));
            let hint = meant.map(|meant| format!(" Is {meant} meant?")).unwrap_or_default();
            wrong.push(format!("{}{hint}", said(&field, error)));
        }
        _ => wrong.push(said(&field, error)),
    }
}

fn said(field: &str, error: &ValidationError<'_>) -> String {
    let text = error.to_string();
    let cut = text.char_indices().nth(LONGEST_TOLD).map_or(text.len(), |(at, _)| at);
    format!("{field}: {}", &text[..cut])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_that_do_not_fit_are_told_by_the_name_of_the_field_and_what_may_be_meant() {
        let schema = json!({
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "mode": {"enum": ["gentle", "rough"]},
                "nest": {"anyOf": [{"$ref": "#/$defs/Nest"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
            },
            "$defs": {"Nest": {"type": "object", "additionalProperties": false, "properties": {"depth": {"type": "integer"}}}},
        });
        let id = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23";
        let told = |arguments: Value| check(&arguments, &schema).map_err(|failure| failure.sentence);
        assert_eq!(told(json!({"id": id, "nest": {"depth": 1}, "list": [1], "mode": "rough"})), Ok(()));
        for (arguments, said) in [
            (json!({}), "args.id: is missing"),
            (json!({"id": 7}), "args.id: 7 is not of type \"string\""),
            (json!({"id": "x"}), "args.id: \"x\" is not a \"uuid\""),
            (json!({"id": id, "mdoe": "x"}), "args.mdoe: there is no such argument. Is mode meant?"),
            (
                json!({"id": id, "xyz": 1}),
                "args.xyz: there is no such argument. There are id, list, mode, nest.",
            ),
            (json!({"id": id, "mode": "gentel"}), "Is gentle meant?"),
            (
                json!({"id": id, "nest": {"depht": 1}}),
                "args.nest.depht: there is no such argument. Is depth meant?",
            ),
            (
                json!({"id": id, "nest": {"depth": "deep"}}),
                "args.nest.depth: \"deep\" is not of type \"integer\"",
            ),
            (json!({"id": id, "list": [1, "2"]}), "args.list.1: \"2\" is not of type \"integer\""),
            (json!({"id": id, "list": [1, 2, 3]}), "args.list: [1,2,3] has more than 2 items"),
            (json!([]), "args: [] is not of type \"object\""),
        ] {
            let told = told(arguments.clone()).unwrap_err();
            assert!(told.contains(said), "{arguments}: {told}");
        }
        let none = json!({"type": "object", "additionalProperties": false});
        let told = check(&json!({"x": 1}), &none).unwrap_err().sentence;
        assert_eq!(told, "args.x: there is no such argument. There are none.");
        let long = check(&json!({"id": "x".repeat(10_000)}), &schema).unwrap_err().sentence;
        assert!(long.len() < 400, "{long}");
        assert!(check(&json!({"x": 1}), &json!({"$ref": "nowhere"})).is_ok());
    }
}
