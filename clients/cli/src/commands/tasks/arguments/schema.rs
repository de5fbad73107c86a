use std::collections::BTreeSet;

use serde_json::Value;

/// How much two names may differ for one to be meant by the other.
const ALIKE: f64 = 0.7;
/// Schemas that lead to schemas are followed so far.
const DEEPEST: usize = 8;

/// A JSON schema, or a part of one: what `$ref` leads to is looked up in the whole.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    part: &'a Value,
    whole: &'a Value,
}

impl<'a> Schema<'a> {
    pub(super) fn new(whole: &'a Value) -> Self {
        Self { part: whole, whole }
    }

    /// The types that a value may have; none if it may have any.
    pub(super) fn types(self) -> Option<BTreeSet<&'a str>> {
        self.types_within(DEEPEST)
    }

    /// The schema of a property, if there is one of this name.
    pub(super) fn property(self, name: &str) -> Option<Schema<'a>> {
        let all = self.alternatives(DEEPEST);
        let part = all.iter().find_map(|it| it.part["properties"].get(name));
        let part = part.or_else(|| all.iter().find_map(|it| it.part.get("additionalProperties")));
        part.filter(|part| part.is_object()).map(|part| Self { part, ..self })
    }

    /// The schema behind a path of names and numbers, as in `/a/0/b`.
    pub(super) fn at(self, path: &str) -> Option<Schema<'a>> {
        let mut names = path.split('/').filter(|name| !name.is_empty());
        names.try_fold(self, |schema, name| {
            let items = || schema.alternatives(DEEPEST).iter().find_map(|it| it.part.get("items"));
            match schema.property(name) {
                Some(found) => Some(found),
                None => items().map(|part| Self { part, ..schema }),
            }
        })
    }

    /// Whether it takes no other properties than those it names.
    pub(super) fn is_closed(self) -> bool {
        let all = self.alternatives(DEEPEST);
        let mut objects =
            all.iter().filter(|it| it.part["properties"].is_object() || it.part["type"] == "object");
        let closed = |it: &Schema<'_>| {
            it.part["additionalProperties"] == false || it.part["unevaluatedProperties"] == false
        };
        objects.clone().next().is_some() && objects.all(closed)
    }

    /// The names of its properties.
    pub(super) fn names(self) -> Vec<&'a str> {
        let all = self.alternatives(DEEPEST);
        let objects = all.iter().filter_map(|it| it.part["properties"].as_object());
        objects.flat_map(|object| object.keys().map(String::as_str)).collect()
    }

    fn types_within(self, depth: usize) -> Option<BTreeSet<&'a str>> {
        let part = self.followed(depth);
        let of_values = |values: &'a [Value]| Some(values.iter().map(kind_of).collect());
        match (&part["type"], &part["enum"], part.get("const")) {
            (Value::String(one), ..) => return Some(BTreeSet::from([one.as_str()])),
            (Value::Array(some), ..) => return Some(some.iter().filter_map(Value::as_str).collect()),
            (_, Value::Array(values), _) => return of_values(values),
            (.., Some(value)) => return of_values(std::slice::from_ref(value)),
            _ => {}
        }
        let depth = depth.checked_sub(1)?;
        let branches = part["anyOf"].as_array().or_else(|| part["oneOf"].as_array());
        if let Some(branches) = branches {
            let types = branches.iter().map(|part| Self { part, ..self }.types_within(depth));
            return types.collect::<Option<Vec<_>>>().map(|types| types.into_iter().flatten().collect());
        }
        part["allOf"].as_array()?.iter().find_map(|part| Self { part, ..self }.types_within(depth))
    }

    /// It and all that it is made of, or may be instead.
    fn alternatives(self, depth: usize) -> Vec<Schema<'a>> {
        let part = self.followed(depth);
        let mut all = vec![Self { part, ..self }];
        if let Some(depth) = depth.checked_sub(1) {
            let below = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|name| part[name].as_array());
            all.extend(below.flatten().flat_map(|part| Self { part, ..self }.alternatives(depth)));
        }
        all
    }

    fn followed(self, depth: usize) -> &'a Value {
        let mut part = self.part;
        for _ in 0..depth {
            let to = part["$ref"].as_str().and_then(|to| self.whole.pointer(to.strip_prefix('#')?));
            let Some(to) = to else { break };
            part = to;
        }
        part
    }
}

/// The name among some that may be meant by another.
pub(in crate::commands::tasks) fn near<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let alike = known.into_iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let nearest = alike.max_by(|a, b| a.0.total_cmp(&b.0));
    nearest.filter(|(likeness, _)| *likeness > ALIKE).map(|(_, known)| known)
}

/// The type of a value, as schemas call it.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_found_behind_references_and_alternatives_and_a_loop_ends() {
        let whole = json!({
            "properties": {
                "text": {"type": ["string", "null"]},
                "mode": {"anyOf": [{"$ref": "#/$defs/Mode"}, {"type": "null"}]},
                "loop": {"$ref": "#/properties/loop"},
                "nest": {"anyOf": [{"type": "object", "properties": {"deep": {"type": "integer"}}}, {"type": "null"}]},
                "list": {"type": "array", "items": {"$ref": "#/$defs/Mode"}},
            },
            "$defs": {"Mode": {"enum": ["fast", 7]}},
        });
        let schema = Schema::new(&whole);
        let types =
            |path| schema.at(path).and_then(Schema::types).map(|types| types.into_iter().collect::<Vec<_>>());
        assert_eq!(types("/text"), Some(vec!["null", "string"]));
        assert_eq!(types("/mode"), Some(vec!["integer", "null", "string"]));
        assert_eq!(types("/loop"), None);
        assert_eq!(types("/nest/deep"), Some(vec!["integer"]));
        assert_eq!(types("/list/0"), Some(vec!["integer", "string"]));
        assert!(schema.property("nobody").is_none());
        assert_eq!(near("txet", schema.names()), Some("text"));
        assert_eq!(near("colour", schema.names()), None);
    }
}
