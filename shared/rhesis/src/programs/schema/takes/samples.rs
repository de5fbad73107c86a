//! Values of all kinds, and those that a schema itself speaks of.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// So many names, and so many values, are taken of a schema.
const MOST: usize = 32;

/// What a schema is tried on. What it speaks of is there with values of every kind.
pub(super) fn of(schema: &Value) -> Vec<Value> {
    let mut said = Said::default();
    said.read(schema);
    let mut samples = plain();
    samples.append(&mut said.values);
    let names: Vec<&str> = said.names.iter().map(String::as_str).chain(["", "a"]).collect();
    for value in plain() {
        let object: Map<_, _> = names.iter().map(|&name| (name.to_owned(), value.clone())).collect();
        let object = Value::from(object);
        let within: Map<_, _> = names.iter().map(|&name| (name.to_owned(), object.clone())).collect();
        samples.extend([object.clone(), json!([object]), json!([value, value]), Value::from(within)]);
    }
    // What is a digit, a space or a letter in one syntax of patterns, and is none in another; and what ends a line.
    samples.extend(["\n", "\r", "\u{2028}", "\u{85}", "\u{663}", "\u{a0}", "\u{feff}", "é"].map(Value::from));
    samples.extend(names.iter().map(|&name| json!({name: null})));
    samples.extend([json!([0, "a", null, true, [], {}]), json!(vec![0; 40]), json!({"a": {"a": [[["b"]]]}})]);
    samples
}

fn plain() -> Vec<Value> {
    vec![
        json!(null),
        json!({}),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(-1e300),
        json!(7),
        json!(""),
        json!("a"),
        json!("[(\\ {%\r\n\u{2028}\u{85}"),
        json!("Some words, é, 12 \u{663} and \u{a0}\u{feff}🦀."),
        json!("x".repeat(300)),
        json!([]),
    ]
}

/// Names and values that stand in a schema.
#[derive(Default)]
struct Said {
    names: BTreeSet<String>,
    values: Vec<Value>,
}

impl Said {
    fn read(&mut self, schema: &Value) {
        match schema {
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            Value::Object(fields) => {
                for (keyword, value) in fields {
                    match (keyword.as_str(), value) {
                        (
                            "properties" | "dependencies" | "dependentRequired" | "dependentSchemas",
                            Value::Object(of),
                        ) => {
                            of.keys().for_each(|name| self.name(name));
                        }
                        ("required", Value::Array(names)) => {
                            names.iter().filter_map(Value::as_str).for_each(|name| self.name(name));
                        }
                        ("enum", Value::Array(values)) => values.iter().for_each(|value| self.value(value)),
                        ("const", value) => self.value(value),
                        _ => {}
                    }
                    self.read(value);
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, name: &str) {
        if self.names.len() < MOST {
            self.names.insert(name.to_owned());
        }
    }

    fn value(&mut self, value: &Value) {
        if self.values.len() < MOST {
            self.values.push(value.clone());
        }
    }
}
