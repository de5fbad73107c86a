//! What a JSON Schema makes of the texts in an answer: hostile ones are judged in a process with little memory.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rhesis::programs::{Schema, Validity};
use serde_json::{Value, json};

/// What the process may have, in bytes: some answers of 2 MB.
const ROOM: u32 = 64_000_000;

const DRAFT_6: &str = "http://json-schema.org/draft-06/schema#";
const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";

/// A text that takes 200 MB once it is parsed.
fn objects() -> String {
    format!("[{}0]", r#"{"":1},"#.repeat(250_000))
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Schemas and answers, and what comes of them: valid, invalid, or the name of a limit.
fn hostile() -> Vec<(Value, Value, &'static str)> {
    let json_within = json!({"contentMediaType": "application/json"});
    let both =
        json!({"$schema": DRAFT_6, "contentMediaType": "application/json", "contentEncoding": "base64"});
    let many = |one: Value| json!({"$schema": DRAFT_7, "anyOf": vec![one; 1_000]});
    let long = "x".repeat(1_800_000);
    let named = (0..60_000).fold(String::new(), |mut text, i| {
        let _ = write!(text, "(?<a{i}>x)");
        text
    });
    let regex = json!({"$schema": DRAFT_7, "format": "regex"});
    vec![
        (json!({"$schema": DRAFT_7, "items": json_within}), json!([objects()]), "valid"),
        (json!({"$schema": DRAFT_7, "additionalProperties": json_within}), json!({"a": objects()}), "valid"),
        (json!({"$schema": DRAFT_7, "items": json_within}), json!(["[".repeat(1_800_000)]), "invalid"),
        (both, json!(base64(&objects())), "valid"),
        (many(json_within.clone()), json!(long), "SCHEMA_STEPS"),
        (many(json!({"format": "uri-template"})), json!(long), "SCHEMA_STEPS"),
        (many(json!({"contentEncoding": "base32"})), json!(long), "SCHEMA_STEPS"),
        (many(json!({"pattern": "^[a-y]{3}$"})), json!("short"), "SCHEMA_PATTERNS"),
        (
            json!({"$defs": {"d": {"pattern": "^(a|x)*[a-w]$"}}, "anyOf": vec![json!({"$ref": "#/$defs/d"}); 900]}),
            json!(long),
            "PATTERN_STEPS",
        ),
        (
            json!({"$defs": {"d": {"patternProperties": {"^(a|x)*[a-w]$": {}}}}, "allOf": vec![json!({"$ref": "#/$defs/d"}); 900]}),
            json!({long: 1}),
            "PATTERN_STEPS",
        ),
        (regex.clone(), json!("(".repeat(1_800_000)), "invalid"),
        (regex.clone(), json!("[".repeat(1_800_000)), "invalid"),
        (regex.clone(), json!("(a{1000}){1000}".repeat(100_000)), "invalid"),
        (
            json!({"$schema": DRAFT_7, "items": {"format": "regex"}}),
            json!(vec!["(a{1000}){1000}".repeat(270); 400]),
            "valid",
        ),
        (regex, json!(named), "invalid"),
    ]
}

#[test]
fn no_text_within_an_answer_takes_more_than_the_answer_may() {
    super::with_little_memory(ROOM, "schema_texts::hostile_ones");
}

#[test]
#[ignore = "for the process with little memory"]
fn hostile_ones() {
    for (schema, answer, wanted) in hostile() {
        let shown: String = schema.to_string().chars().take(200).collect();
        println!("{shown}");
        let began = Instant::now();
        let came = match Schema::read(&schema) {
            Err(why) => super::limit(&why),
            Ok(schema) => match schema.judge(&answer) {
                Ok(Validity::Valid) => "valid",
                Ok(Validity::Invalid(_)) => "invalid",
                Err(much) => much.0.name,
            },
        };
        println!("    {came} {:?}", began.elapsed());
        assert_eq!(came, wanted, "{shown}");
        assert!(began.elapsed() < Duration::from_secs(2), "{shown}");
    }
}

#[test]
fn json_within_a_text_is_known() {
    let schema = Schema::read(&json!({"$schema": DRAFT_7, "contentMediaType": "application/json"})).unwrap();
    for (text, is_json) in
        [("{\"a\": [1, \"x\"]}", true), ("1e400", true), ("", false), ("{", false), ("[1] 2", false)]
    {
        let valid = matches!(schema.judge(&json!(text)), Ok(Validity::Valid));
        assert_eq!(valid, is_json, "{text}");
    }
}
