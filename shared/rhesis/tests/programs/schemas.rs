use rhesis::programs::{BadProgram, Schema, Validity};
use serde_json::{Map, Value, json};

use super::{in_a_small_stack, limit};

fn read(schema: Value) -> Result<(), BadProgram> {
    in_a_small_stack(move || Schema::read(&schema).map(drop))
}

/// `levels` definitions, each of which is `step` of a reference to the next.
fn definitions(levels: usize, step: impl Fn(Value) -> Value) -> Value {
    let next = |i| step(json!({"$ref": format!("#/$defs/d{}", i + 1)}));
    let mut defs: Map<String, Value> = (0..levels).map(|i| (format!("d{i}"), next(i))).collect();
    defs.insert(format!("d{levels}"), json!({"type": "string"}));
    json!({"$defs": defs, "$ref": "#/$defs/d0"})
}

type Step = fn(Value) -> Value;

#[test]
fn ways_that_multiply_are_counted_and_not_gone() {
    let steps: [(&str, Step); 12] = [
        ("anyOf", |r| json!({"anyOf": [r, r]})),
        ("oneOf", |r| json!({"oneOf": [r, r]})),
        ("allOf", |r| json!({"allOf": [r, r]})),
        ("if", |r| json!({"if": r, "then": r, "else": r})),
        ("not", |r| json!({"not": {"anyOf": [r, {"not": r}]}})),
        ("dependentSchemas", |r| json!({"dependentSchemas": {"a": r, "b": r}})),
        ("items", |r| json!({"anyOf": [{"items": r}, {"items": r}]})),
        ("patternProperties", |r| json!({"patternProperties": {"a": r, "b": r}})),
        ("properties", |r| json!({"properties": {"a": r}, "patternProperties": {"a": r}})),
        ("contains", |r| json!({"contains": r, "items": r})),
        ("additionalProperties", |r| json!({"additionalProperties": r, "propertyNames": r})),
        ("unevaluated", |r| json!({"anyOf": [r], "unevaluatedProperties": false})),
    ];
    for (name, step) in steps {
        let beyond = limit(&read(definitions(26, step)).unwrap_err());
        assert!(["SCHEMA_PATHS", "SCHEMA_NESTING"].contains(&beyond), "{name}: {beyond}");
    }
    assert!(read(definitions(3, |r| json!({"anyOf": [r, r]}))).is_ok());
    assert_eq!(limit(&read(definitions(200, |r| json!({"allOf": [r]}))).unwrap_err()), "SCHEMA_NESTING");
}

#[test]
fn recursion_that_multiplies_is_refused_and_plain_recursion_is_not() {
    let twice =
        |r: Value| json!({"anyOf": [{"properties": {"a": r}, "required": ["b"]}, {"properties": {"a": r}}]});
    assert_eq!(limit(&read(twice(json!({"$ref": "#"}))).unwrap_err()), "SCHEMA_PATHS");
    assert_eq!(
        limit(
            &read(json!({"$anchor": "n", "items": {"allOf": [{"$ref": "#n"}, {"$ref": "#n"}]}})).unwrap_err()
        ),
        "SCHEMA_PATHS"
    );
    for circle in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}),
        json!({"if": true, "then": {"$ref": "#"}}),
    ] {
        assert!(read(circle.clone()).unwrap_err().to_string().contains("leads back to itself"), "{circle}");
    }
    let tree = json!({
        "type": "object", "required": ["name"],
        "properties": {"name": {"type": "string"}, "left": {"$ref": "#"}, "right": {"$ref": "#"}, "more": {"type": "array", "items": {"$ref": "#"}}},
    });
    let schema = Schema::read(&tree).unwrap();
    let leaf = json!({"name": "x"});
    let tall = (0..100).fold(leaf.clone(), |inner, _| json!({"name": "y", "left": inner, "more": [leaf]}));
    assert_eq!(schema.judge(&tall), Ok(Validity::Valid));
    assert!(
        matches!(schema.judge(&json!({"name": "x", "right": {}})), Ok(Validity::Invalid(Some(why))) if why.contains("/right"))
    );
}

#[test]
fn what_cannot_be_counted_is_refused_by_its_name() {
    for (schema, name) in [
        (json!({"$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"}}), "$dynamicRef"),
        (json!({"items": {"$recursiveRef": "#"}}), "$recursiveRef"),
        (json!({"$defs": {"a": {"$id": "http://x/a", "$ref": "#/$defs/b"}}, "$ref": "#/$defs/a"}), "$id"),
        (json!({"$ref": "http://json-schema.org/draft-07/schema#"}), "$ref"),
        (json!({"$ref": "other.json"}), "$ref"),
        (json!({"$ref": "#/nowhere"}), "$ref"),
        (json!(1), "must be a JSON Schema"),
        (json!({"type": "nosuch"}), "is not a JSON Schema"),
    ] {
        let why = read(schema).unwrap_err().to_string();
        assert!(why.contains(name), "{why}");
    }
    assert!(
        read(json!({"properties": {"$id": {"type": "string"}, "id": {"type": "string"}}})).is_ok(),
        "a field may be called so"
    );
}

#[test]
fn a_schema_is_bounded_as_a_whole() {
    assert_eq!(limit(&read(json!({"description": "x".repeat(200_000)})).unwrap_err()), "SCHEMA_LENGTH");
    assert_eq!(limit(&read(json!({"enum": (0..5_000).collect::<Vec<_>>()})).unwrap_err()), "SCHEMA_NODES");
    let deep = (0..100).fold(json!(true), |inner, _| json!({"not": inner}));
    assert_eq!(limit(&read(deep).unwrap_err()), "SCHEMA_NESTING");
    assert_eq!(limit(&read(json!({"pattern": "(a{1000}){1000}"})).unwrap_err()), "PATTERN_SIZE");
    assert_eq!(
        limit(&read(json!({"patternProperties": {"(a{1000}){1000}": true}})).unwrap_err()),
        "PATTERN_SIZE"
    );
    assert_eq!(
        limit(&read(json!({"properties": {"const": {"pattern": "(a{1000}){1000}"}}})).unwrap_err()),
        "PATTERN_SIZE"
    );
    let many: Vec<_> = (0..100).map(|i| json!({"pattern": format!("^{i}")})).collect();
    assert_eq!(limit(&read(json!({"allOf": many})).unwrap_err()), "SCHEMA_PATTERNS");
}

#[test]
fn what_a_schema_costs_on_an_answer_is_known_before_it_judges() {
    let numbers = json!((0..200_000).collect::<Vec<_>>());
    let wide: Vec<_> = (0..500).map(|i| json!({"const": -i - 1})).collect();
    let schema = Schema::read(&json!({"items": {"anyOf": wide}})).unwrap();
    assert_eq!(schema.judge(&numbers).map_err(|much| much.0.name), Err("SCHEMA_STEPS"));
    let choice = Schema::read(&json!({"items": {"enum": (0..3_000).collect::<Vec<_>>()}})).unwrap();
    assert_eq!(choice.judge(&numbers).map_err(|much| much.0.name), Err("SCHEMA_STEPS"));
    let plain =
        Schema::read(&json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true})).unwrap();
    assert_eq!(plain.judge(&numbers), Ok(Validity::Valid));
    let texts = json!((0..2_000).map(|i| "ab".repeat(200) + &i.to_string()).collect::<Vec<_>>());
    let pattern = Schema::read(&json!({"items": {"pattern": "(?:a|b)*a(?:a|b){800}c"}})).unwrap();
    assert_eq!(pattern.judge(&texts).map_err(|much| much.0.name), Err("PATTERN_STEPS"));
    let large = json!((0..2_000).map(|i| json!({"a": i})).collect::<Vec<_>>());
    let strings = Schema::read(&json!({"items": {"anyOf": vec![json!({"type": "string"}); 100]}})).unwrap();
    assert_eq!(strings.judge(&large), Ok(Validity::Invalid(None)), "an error of each way would be gigabytes");
}
