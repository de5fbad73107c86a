//! Random schemas of all drafts, held against random values: what is said to follow from their keywords is so.

use jsonschema::Draft;
use serde_json::{Value, json};

use super::Proof;
use super::kinds::Kinds;
use crate::programs::Schema;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 9 } else { 12 }) {
            0 => json!(null),
            1 => json!(true),
            2 => json!(false),
            3 => json!([-1, 0, 1, 2, 5][self.roll(5)]),
            4 => json!([0.5, 1.0, -2.25, 1e300][self.roll(4)]),
            5 => {
                json!(["", "a", "b", "ab", "\n", "\r", "\u{663}", "2020-01-01", "[1]", "YQ=="][self.roll(10)])
            }
            6 => json!([]),
            7 => json!({}),
            8 => json!("x".repeat(self.roll(5))),
            9 => Value::from_iter((0..self.roll(4)).map(|_| self.value(depth - 1)).collect::<Vec<_>>()),
            _ => {
                let names = ["a", "b", "", "c"].iter().filter(|_| self.roll(2) == 0).collect::<Vec<_>>();
                names.into_iter().map(|name| ((*name).to_owned(), self.value(depth - 1))).collect()
            }
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        if depth == 0 {
            return [json!({}), json!({"type": "string"}), json!({"not": {}}), json!({"minLength": 1})]
                [self.roll(4)]
            .clone();
        }
        let mut schema = json!({});
        for _ in 0..self.roll(3) + usize::from(depth < 3) {
            let (name, value) = self.keyword(depth - 1);
            schema[name] = value;
        }
        schema
    }

    fn some(&mut self, depth: usize) -> Vec<Value> {
        let mut some: Vec<Value> = (0..=self.roll(3)).map(|_| self.schema(depth)).collect();
        if self.roll(3) == 0 {
            some.push(json!({"not": some[0]}));
        }
        some
    }

    fn keyword(&mut self, depth: usize) -> (&'static str, Value) {
        let kinds = ["null", "boolean", "integer", "number", "string", "array", "object"];
        let number = json!([0, 1, 2, 3_000_000][self.roll(4)]);
        match self.roll(36) {
            0..4 => ("type", json!(kinds[self.roll(7)])),
            4 => (
                "type",
                json!(
                    kinds
                        .iter()
                        .filter(|_| self.roll(5) > 0)
                        .chain(["null"].iter())
                        .collect::<std::collections::BTreeSet<_>>()
                ),
            ),
            5 => ("enum", json!([self.value(1)])),
            6 => ("enum", json!([true, false, null])),
            7 => ("const", self.value(1)),
            8 => ("allOf", json!(self.some(depth))),
            9 | 10 => ("anyOf", json!(self.some(depth))),
            11 | 12 => ("oneOf", json!(self.some(depth))),
            13 | 14 => ("not", self.schema(depth)),
            15 => ("if", self.schema(depth)),
            16 => ("then", self.schema(depth)),
            17 => ("else", self.schema(depth)),
            18 => (["minLength", "minItems", "minProperties"][self.roll(3)], number),
            19 => (["maxLength", "maxItems", "maxProperties"][self.roll(3)], number),
            20 => {
                ("pattern", json!(["", "a", "^[^x]*$", "[^\\s\\S]", "^(.|\n)*$", "\\d|\\D|^$"][self.roll(6)]))
            }
            21 => ("format", json!(["date", "uuid", "none", "json-pointer"][self.roll(4)])),
            22 => ("contentMediaType", json!(["application/json", "image/png"][self.roll(2)])),
            23 => ("contentEncoding", json!(["base64", "7bit"][self.roll(2)])),
            24 => (["items", "contains", "additionalItems"][self.roll(3)], self.schema(depth)),
            25 => (["prefixItems", "items"][self.roll(2)], json!(self.some(depth))),
            26 => (["unevaluatedItems", "unevaluatedProperties"][self.roll(2)], self.schema(depth)),
            27 => (["minContains", "maxContains"][self.roll(2)], json!(self.roll(3))),
            28 => ("required", json!(["a"])),
            29 => {
                (["properties", "dependentSchemas"][self.roll(2)], json!({"a": self.schema(depth), "b": {}}))
            }
            30 => ("patternProperties", json!({(["", "a", "."][self.roll(3)]): self.schema(depth)})),
            31 => (["additionalProperties", "propertyNames"][self.roll(2)], self.schema(depth)),
            32 => ("dependencies", json!({"a": self.schema(depth), "b": ["b"]})),
            33 => ("dependentRequired", json!({"a": [(["a", "b"][self.roll(2)])]})),
            34 => ("$ref", json!(["#", "#/definitions/d"][self.roll(2)])),
            _ => ("uniqueItems", json!(self.roll(2) == 0)),
        }
    }
}

#[test]
fn what_follows_from_the_keywords_of_a_schema_is_what_the_validator_does() {
    const URIS: [&str; 5] = [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ];
    let mut dice = Dice(11);
    let (mut read, mut all) = (0, 0);
    for _ in 0..1_500 {
        let mut schema = dice.schema(3);
        schema["definitions"] = json!({"d": dice.schema(2)});
        schema["$schema"] = json!(URIS[dice.roll(5)]);
        let Ok(program) = Schema::read(&schema) else { continue };
        let part = Proof::of(&schema, Draft::default().detect(&schema));
        (read, all) = (read + 1, all + usize::from(part.is_all()));
        for _ in 0..60 {
            let value = dice.value(2);
            let kind = match &value {
                Value::Number(number) if number.as_f64().is_some_and(|float| float.fract() != 0.0) => {
                    Kinds::FRACTION
                }
                // In draft 4 one that is written with a fraction has one.
                Value::Number(number) if number.is_f64() => Kinds::NUMBER,
                Value::Number(_) => Kinds::WHOLE,
                other => Kinds::of(other),
            };
            let valid = program.validator.is_valid(&value);
            assert!(valid || !part.all.has(kind), "{schema} refuses {value}");
            assert!(!valid || !part.none.has(kind), "{schema} takes {value}");
        }
    }
    assert!(read > 500 && all > 50, "{read} were read, {all} of them take all");
}
