use serde_json::{Map, Value};

use super::pattern::Matched;

/// How many references and levels are followed; a schema with more is taken for one that says something.
const DEEPEST: usize = 16;

const TYPES: [&str; 6] = ["array", "boolean", "null", "number", "object", "string"];

/// Keywords that describe and do not restrict.
const WORDS: [&str; 18] = [
    "$schema",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$comment",
    "$vocabulary",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "contentMediaType",
    "contentEncoding",
    "contentSchema",
];

/// Whether a schema describes every JSON value. What is not known to is taken for one that does not.
pub(super) fn takes_all(schema: &Value) -> bool {
    Whole(schema).all(schema, DEEPEST)
}

/// Whether a schema is one that describes no value, as far as it says so outright.
pub(super) fn takes_none(schema: &Value) -> bool {
    Whole(schema).none(schema, DEEPEST)
}

/// The document that references are into.
struct Whole<'a>(&'a Value);

impl Whole<'_> {
    fn all(&self, schema: &Value, left: usize) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        match schema {
            Value::Bool(takes) => *takes,
            Value::Object(keywords) => keywords.iter().all(|keyword| self.lets_all(keyword, keywords, left)),
            _ => false,
        }
    }

    fn none(&self, schema: &Value, left: usize) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        match schema {
            Value::Bool(takes) => !takes,
            Value::Object(keywords) => keywords.iter().any(|(name, value)| match name.as_str() {
                "not" => self.all(value, left),
                "allOf" => list(value).iter().any(|one| self.none(one, left)),
                "anyOf" | "oneOf" => {
                    !list(value).is_empty() && list(value).iter().all(|one| self.none(one, left))
                }
                "enum" => value.as_array().is_some_and(Vec::is_empty),
                "$ref" => self.referred(value).is_some_and(|schema| self.none(schema, left)),
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether a keyword refuses no value.
    fn lets_all(&self, (name, value): (&String, &Value), beside: &Map<String, Value>, left: usize) -> bool {
        let every = |value: &Value| list(value).iter().all(|one| self.all(one, left));
        let each = |value: &Value| {
            value.as_object().is_some_and(|fields| fields.values().all(|one| self.all(one, left)))
        };
        match name.as_str() {
            word if WORDS.contains(&word) => true,
            "type" => TYPES.iter().all(|kind| list(value).iter().any(|said| said == kind)),
            "minLength" | "minItems" | "minProperties" => value.as_f64() == Some(0.0),
            "uniqueItems" => value == &Value::Bool(false),
            "required" => list(value).is_empty(),
            "allOf" | "prefixItems" => every(value),
            "anyOf" => list(value).iter().any(|one| self.all(one, left)) || says_both(list(value)),
            "pattern" => value.as_str().is_some_and(|pattern| Matched::by(pattern) == Matched::All),
            "dependentRequired" => {
                value.as_object().is_some_and(|fields| fields.values().all(|one| list(one).is_empty()))
            }
            "oneOf" => {
                list(value).iter().filter(|one| self.all(one, left)).count() == 1
                    && list(value).iter().filter(|one| self.none(one, left)).count() + 1 == list(value).len()
            }
            "not" => self.none(value, left),
            "items" => {
                if value.is_array() {
                    every(value)
                } else {
                    self.all(value, left)
                }
            }
            "additionalItems"
            | "additionalProperties"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "propertyNames" => self.all(value, left),
            "properties" | "patternProperties" | "dependentSchemas" => each(value),
            "contains" => {
                beside.get("minContains").and_then(Value::as_f64) == Some(0.0)
                    && !beside.contains_key("maxContains")
            }
            "minContains" => true,
            "if" => true,
            "then" | "else" => !beside.contains_key("if") || self.all(value, left),
            "$ref" => self.referred(value).is_some_and(|schema| self.all(schema, left)),
            // A keyword that is none is not looked at, whatever it says; one that is known may refuse something.
            other => !KNOWN.contains(&other),
        }
    }

    /// The schema that a reference into this document names.
    fn referred(&self, reference: &Value) -> Option<&Value> {
        let pointer = reference.as_str()?.strip_prefix('#')?;
        self.0.pointer(pointer)
    }
}

/// Keywords that restrict, beside those above.
const KNOWN: [&str; 19] = [
    "$dynamicRef",
    "$recursiveRef",
    "const",
    "enum",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "pattern",
    "maxItems",
    "maxContains",
    "maxProperties",
    "dependentRequired",
    "dependencies",
    "format",
    "extends",
    "disallow",
];

/// Whether a choice has something and its opposite.
fn says_both(choice: &[Value]) -> bool {
    choice.iter().filter_map(opposite).any(|not| choice.contains(not))
}

/// What a schema that says nothing but `not` is the opposite of.
fn opposite(schema: &Value) -> Option<&Value> {
    schema.as_object().filter(|keywords| keywords.len() == 1)?.get("not")
}

/// The items of a list, or the one that stands in its place.
fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_describes_everything_is_known() {
        for schema in [
            json!({}),
            json!(true),
            json!({"title": "An answer", "$schema": "https://json-schema.org/draft/2020-12/schema", "x-note": 1}),
            json!({"type": ["object", "array", "string", "number", "integer", "boolean", "null"]}),
            json!({"anyOf": [{"type": "string"}, {}]}),
            json!({"allOf": [true, {"description": "x"}]}),
            json!({"oneOf": [true, false]}),
            json!({"not": false}),
            json!({"not": {"not": {}}}),
            json!({"minLength": 0, "minItems": 0, "required": [], "properties": {}, "uniqueItems": false}),
            json!({"properties": {"a": true}, "additionalProperties": true, "items": {}}),
            json!({"if": {"type": "string"}, "then": true}),
            json!({"$ref": "#/$defs/any", "$defs": {"any": {}}}),
            json!({"anyOf": [{"type": "string"}, {"not": {"type": "string"}}]}),
            json!({"pattern": ""}),
            json!({"pattern": "(?s)^.*$", "minLength": 0}),
            json!({"dependentRequired": {"a": []}}),
            json!({"contains": {"type": "string"}, "minContains": 0}),
        ] {
            assert!(takes_all(&schema), "{schema}");
            let validator = crate::programs::Schema::read(&schema).unwrap();
            for value in
                [json!(null), json!(1.5), json!("x"), json!([1, 1]), json!({"a": [], "b": {}}), json!(false)]
            {
                assert_eq!(
                    validator.judge(&value),
                    Ok(crate::programs::Validity::Valid),
                    "{schema} takes {value}"
                );
            }
        }
    }

    #[test]
    fn a_schema_that_says_something_is_not_taken_for_one_that_says_nothing() {
        for schema in [
            json!({"type": "object"}),
            json!({"type": ["object", "array"]}),
            json!({"required": ["a"]}),
            json!({"properties": {"a": {"type": "string"}}}),
            json!({"minLength": 1}),
            json!({"enum": [1]}),
            json!({"const": null}),
            json!({"pattern": ".*x"}),
            json!({"additionalProperties": false}),
            json!({"anyOf": [{"type": "string"}, {"type": "number"}]}),
            json!({"oneOf": [true, true]}),
            json!({"not": {"type": "string"}}),
            json!({"items": {"type": "string"}}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}),
            json!({"$ref": "#"}),
            json!({"contains": {}}),
            json!({"format": "date"}),
            json!(false),
        ] {
            assert!(!takes_all(&schema), "{schema}");
        }
    }

    #[test]
    fn a_schema_that_describes_nothing_is_known_where_it_says_so() {
        for schema in [
            json!(false),
            json!({"not": {}}),
            json!({"not": true, "type": "string"}),
            json!({"allOf": [{}, false]}),
        ] {
            assert!(takes_none(&schema), "{schema}");
        }
        assert!(!takes_none(&json!({"not": {"type": "string"}})));
    }
}
