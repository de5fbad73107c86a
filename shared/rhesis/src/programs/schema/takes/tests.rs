use std::time::{Duration, Instant};

use jsonschema::Draft;
use serde_json::{Value, json};

use super::{Proof, Takes};
use crate::programs::{Schema, Validity};

fn takes(schema: &Value) -> Takes {
    Schema::read(schema).unwrap_or_else(|why| panic!("{schema}: {why}")).takes()
}

fn draft(number: u32, mut schema: Value) -> Value {
    let uri = match number {
        2019 | 2020 => {
            format!(
                "https://json-schema.org/draft/{number}-{}/schema",
                if number == 2019 { "09" } else { "12" }
            )
        }
        _ => format!("http://json-schema.org/draft-0{number}/schema#"),
    };
    schema["$schema"] = json!(uri);
    schema
}

#[test]
fn a_schema_that_takes_every_json_is_known() {
    let any = ["object", "array", "string", "number", "boolean", "null"];
    for schema in [
        json!({}),
        json!(true),
        json!({"title": "An answer", "$schema": "https://json-schema.org/draft/2020-12/schema", "x-note": 1}),
        json!({"type": any}),
        json!({"type": ["object", "array", "string", "number", "integer", "boolean", "null"]}),
        json!({"anyOf": any.map(|kind| json!({"type": kind}))}),
        json!({"anyOf": [{"type": ["object", "array"]}, {"type": ["string", "number", "null"]}, {"enum": [true, false]}]}),
        json!({"anyOf": [{"type": "string"}, {}]}),
        json!({"allOf": [true, {"description": "x"}]}),
        json!({"oneOf": [true, false]}),
        json!({"oneOf": any.map(|kind| json!({"type": kind}))}),
        json!({"oneOf": [{"minLength": 3}, {"not": {"minLength": 3}}]}),
        json!({"oneOf": [false, {"required": ["a"]}, {"not": {"required": ["a"]}}]}),
        json!({"not": false}),
        json!({"not": {"not": {}}}),
        json!({"not": {"enum": []}}),
        json!({"not": {"allOf": [{"type": "string"}, {"type": "number"}]}}),
        json!({"not": {"type": "string", "enum": [1, 2]}}),
        json!({"not": {"allOf": [{"minimum": 1}, {"not": {"minimum": 1}}]}}),
        json!({"minLength": 0, "minItems": 0, "required": [], "properties": {}, "uniqueItems": false}),
        json!({"maxLength": 2_097_152, "maxItems": 1_048_576, "maxProperties": 1e9}),
        json!({"properties": {"a": true}, "additionalProperties": true, "items": {}}),
        json!({"properties": {"a": {"properties": {"b": {"format": "no such"}}}}}),
        json!({"patternProperties": {"": {}}, "additionalProperties": false}),
        json!({"if": {"type": "string"}, "then": true}),
        json!({"if": false, "then": {"type": "string"}}),
        json!({"if": true, "else": {"type": "string"}}),
        json!({"if": {"minLength": 3}, "then": {"minLength": 3}}),
        json!({"if": {"minLength": 3}, "else": {"not": {"minLength": 3}}}),
        json!({"if": {"type": "string"}, "then": {"type": "string"}, "else": {"type": ["object", "array", "number", "boolean", "null"]}}),
        json!({"then": false, "else": false}),
        json!({"$ref": "#/$defs/any", "$defs": {"any": {}}}),
        json!({"$ref": "#any", "$defs": {"any": {"$anchor": "any", "title": "x"}}}),
        json!({"$ref": "#/$defs/a%20b", "$defs": {"a b": {}}}),
        json!({"items": {"$ref": "#"}}),
        json!({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}),
        json!({"anyOf": [{"type": "string"}, {"not": {"type": "string"}}]}),
        json!({"anyOf": [{"minimum": 5}, {"not": {"minimum": 5}}]}),
        json!({"pattern": ""}),
        json!({"pattern": "^[\\s\\S]*$", "minLength": 0}),
        json!({"dependentRequired": {"a": [], "b": ["b"]}}),
        json!({"dependencies": {}}),
        json!({"dependencies": {"a": [], "b": {}}}),
        json!({"dependentSchemas": {"a": {"type": "object"}}}),
        json!({"propertyNames": {"type": "string"}}),
        json!({"contains": {"type": "string"}, "minContains": 0}),
        json!({"additionalItems": false}),
        json!({"extends": {"type": "string"}, "disallow": "string"}),
        json!({"format": "no such", "contentMediaType": "application/json"}),
        json!({"anyOf": [{"format": "int32"}, {"type": "null"}]}),
        draft(
            4,
            json!({"const": 1, "contains": {}, "if": {}, "then": {"type": "null"}, "propertyNames": {"maxLength": 1}}),
        ),
        draft(4, json!({"format": "json-pointer", "contentEncoding": "base64"})),
        draft(6, json!({"if": {}, "then": {"type": "null"}, "dependentRequired": {"a": ["b"]}})),
        draft(
            6,
            json!({"contentMediaType": "image/png", "contentEncoding": "base64", "format": "idn-hostname"}),
        ),
        draft(
            7,
            json!({"dependentRequired": {"a": ["b"]}, "prefixItems": [false], "unevaluatedProperties": false}),
        ),
        draft(7, json!({"$ref": "#/definitions/any", "type": "string", "definitions": {"any": {}}})),
        draft(7, json!({"unevaluatedItems": false, "dependentSchemas": {"a": false}, "format": "uuid"})),
        draft(2019, json!({"prefixItems": [false], "contentEncoding": "base64"})),
    ] {
        assert_eq!(takes(&schema), Takes::All, "{schema}");
        let schema = Schema::read(&schema).unwrap();
        for value in
            [json!(null), json!(1.5), json!("x"), json!([1, 1]), json!({"a": [], "b": {}}), json!(false)]
        {
            assert_eq!(schema.judge(&value), Ok(Validity::Valid), "{value}");
        }
    }
}

#[test]
fn a_schema_that_refuses_something_is_not_taken_for_one_that_says_nothing() {
    let any = ["object", "array", "string", "number", "boolean", "null"];
    for (schema, refuses) in [
        (json!({"type": any, "properties": {"a": {"type": "string"}}}), json!({"a": 1})),
        (json!({"type": "object"}), json!(1)),
        (json!({"type": ["object", "array", "string", "integer", "boolean", "null"]}), json!(0.25)),
        (json!({"enum": [1]}), json!(2)),
        (json!({"not": {"const": "exactly this"}}), json!("exactly this")),
        (json!({"not": {"pattern": "^a very odd text, [0-9]{9}$"}}), json!("a very odd text, 123456789")),
        (
            json!({"not": {"required": ["a", "b"], "properties": {"a": {"const": 17}}}}),
            json!({"a": 17, "b": 0}),
        ),
        (json!({"maxLength": 2_097_151}), json!("x".repeat(2_097_152))),
        (json!({"maxItems": 1_000}), json!(vec![0; 1_001])),
        (json!({"additionalProperties": false}), json!({"z": 1})),
        (json!({"patternProperties": {".": {}}, "additionalProperties": false}), json!({"": 1})),
        (json!({"anyOf": [{"type": "string"}, {"type": "number"}]}), json!(null)),
        (json!({"oneOf": [true, true]}), json!(null)),
        (json!({"oneOf": [true, {"minLength": 3}, {"not": {"minLength": 3}}]}), json!(1)),
        (json!({"oneOf": [{"maximum": 1234.5}, {"minimum": 1234.5}]}), json!(1234.5)),
        (json!({"if": {"const": "odd one"}, "then": false}), json!("odd one")),
        (json!({"if": {"const": "odd one"}, "else": true, "then": {"type": "null"}}), json!("odd one")),
        (json!({"contains": {}}), json!([])),
        (json!({"contains": false, "minContains": 0, "maxContains": 1, "multipleOf": 0.5}), json!(0.3)),
        (
            json!({"minContains": 0, "maxContains": 2, "contains": {"const": "odd"}}),
            json!(["odd", "odd", "odd"]),
        ),
        (json!({"format": "email"}), json!("x")),
        (json!({"type": "string", "format": "date"}), json!("x")),
        (json!({"properties": {"a": {"format": "date"}}}), json!({"a": "x"})),
        (json!({"prefixItems": [{"const": 4711}]}), json!([1])),
        (json!({"propertyNames": {"not": {"const": "odd name"}}}), json!({"odd name": 1})),
        (json!({"dependentRequired": {"odd": ["b"]}}), json!({"odd": 1})),
        (json!({"dependencies": {"odd": ["b"]}}), json!({"odd": 1})),
        (json!({"unevaluatedProperties": false}), json!({"z": 1})),
        (json!({"items": {"anyOf": [{"$ref": "#"}, {"type": "object"}]}, "not": {"const": 77}}), json!(77)),
        (json!({"properties": {"a": {"$ref": "#"}}, "not": {"required": ["odd"]}}), json!({"odd": 1})),
        (json!({"not": {"properties": {"a": {"$ref": "#"}}, "required": ["odd"]}}), json!({"odd": 1})),
        (json!({"pattern": r"^(\d|\P{Nd})*$"}), json!("\u{664}")),
        (json!({"pattern": "(?s)^.*$"}), json!("a\nb")),
        (json!({"pattern": r"^(.|\n)?$|^(.|\n){2}"}), json!("\r")),
        (json!({"uniqueItems": true}), json!([5, 5])),
        (json!({"minimum": -1e305}), json!(-1e306)),
        (draft(4, json!({"minimum": -1e305, "exclusiveMinimum": true})), json!(-1e305)),
        (draft(4, json!({"additionalItems": false, "items": [{}]})), json!([1, 2])),
        (draft(4, json!({"type": ["object", "array", "string", "integer", "boolean", "null"]})), json!(1.0)),
        (draft(6, json!({"contentEncoding": "base64"})), json!("!")),
        (draft(7, json!({"contentMediaType": "application/json"})), json!("{")),
        (draft(7, json!({"if": {"const": 4711}, "then": false})), json!(4711)),
        (draft(2019, json!({"unevaluatedItems": false})), json!([1])),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#", "format": "iri"}), json!("x")),
    ] {
        assert_ne!(takes(&schema), Takes::All, "{schema}");
        let judged = Schema::read(&schema).unwrap().judge(&refuses);
        assert!(matches!(judged, Ok(Validity::Invalid(_))), "{schema} refuses {refuses}: {judged:?}");
    }
}

#[test]
fn a_schema_that_takes_nothing_is_known_where_that_follows() {
    for schema in [
        json!(false),
        json!({"not": {}}),
        json!({"not": true, "type": "string"}),
        json!({"allOf": [{}, false]}),
        json!({"allOf": [{"type": "string"}, {"type": "number"}]}),
        json!({"type": "string", "minLength": 3_000_000}),
        json!({"type": "array", "contains": false}),
        json!({"oneOf": [true, true]}),
        json!({"type": "string", "pattern": "[^\\s\\S]"}),
    ] {
        assert_eq!(takes(&schema), Takes::None, "{schema}");
    }
    for schema in [json!({"not": {"type": "string"}}), json!({"const": "odd"}), json!({"pattern": "x{99}"})] {
        assert_eq!(takes(&schema), Takes::Some, "{schema}");
    }
}

#[test]
fn a_schema_whose_patterns_take_long_is_looked_at_for_a_little_while() {
    let long = |i: u32| format!("(?s)^(?:.*a.{{{i}}})?.*$");
    let words = |i: u32| format!("(?s)^\\w{{{}}}.*$|^.{{0,50}}$|^{i}", 40 + i);
    let referred = |pattern: String| json!({"$defs": {"d": {"pattern": pattern}}, "anyOf": vec![json!({"$ref": "#/$defs/d"}); 900]});
    let all = |pattern: fn(u32) -> String| json!({"anyOf": (0..32).map(|i| json!({"pattern": pattern(i)})).collect::<Vec<_>>()});
    for schema in [
        referred(long(20)),
        referred(words(9)),
        referred("(?s)^\\w{50}.*$".to_owned()),
        all(|i| format!("(?s)^(?:.*a.{{{}}})?.*$", 10 + i)),
        all(|i| format!("(?s)^.{{0,{}}}$", 150 + i)),
        all(|i| format!("(?s)(a|b)*a(a|b){{{i}}}|^.{{0,150}}$")),
        json!({"not": all(|i| format!("^\\w{{{}}}.*$", 6 + i))}),
    ] {
        let began = Instant::now();
        // Not tried on samples before: there are patterns that take all of those.
        Proof::of(&schema, Draft::default());
        let took = began.elapsed();
        println!("{took:?}: {:.100}", schema.to_string());
        assert!(took < Duration::from_millis(500), "{took:?}: {:.100}", schema.to_string());
        assert_eq!(takes(&schema), Takes::Some, "{schema}");
    }
}

#[test]
fn a_format_is_checked_in_the_drafts_that_have_it_and_says_nothing_in_others() {
    let since =
        |first: u32, formats: &'static [&'static str]| formats.iter().map(move |format| (first, *format));
    let formats =
        since(4, &["date", "date-time", "time", "email", "hostname", "ipv4", "ipv6", "uri", "regex"])
            .chain(since(6, &["uri-reference", "uri-template", "json-pointer"]))
            .chain(since(7, &["iri", "iri-reference", "relative-json-pointer"]))
            .chain(since(2019, &["uuid", "duration"]))
            .chain(since(9999, &["int32", "idn-email"]));
    for (first, format) in formats {
        for number in [4, 6, 7, 2019, 2020] {
            let schema = draft(number, json!({ "type": "string", "format": format }));
            let says = Schema::read(&schema).unwrap().judge(&json!(" %zz{[(")) != Ok(Validity::Valid);
            assert_eq!(says, number >= first, "{format} in draft {number}");
        }
    }
}
