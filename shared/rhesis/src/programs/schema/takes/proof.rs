//! What a schema takes, as it follows from what its keywords mean in its draft.

use std::collections::{HashMap, HashSet};

use jsonschema::Draft;
use serde_json::{Map, Value};

use super::choice::{opposite, opposites};
use super::ecma::translated;
use super::kinds::{Kinds, Part};
use super::words::{FIELD, ITEM, at_least, at_most, content, fields, list, listed};
use crate::programs::matched::{Effort, Matched};
use crate::programs::schema::walk::target;

/// How many schemas in one another are looked at; what is further down is not known.
const DEEPEST: usize = 64;

/// Schemas that were looked at, by their addresses, each once; and patterns, each once, with a budget for all.
pub(super) struct Proof<'a> {
    root: &'a Value,
    draft: Draft,
    /// `None` while it is looked at.
    known: HashMap<*const Value, Option<Part>>,
    patterns: HashMap<&'a str, Matched>,
    effort: Effort,
    /// What a schema further down in itself is taken for. Answers end, so what would hold for a value if it held for those in
    /// it holds.
    hope: Part,
    hoped: HashSet<*const Value>,
}

impl<'a> Proof<'a> {
    pub(super) fn of(root: &'a Value, draft: Draft) -> Part {
        let mut proof = Self {
            root,
            draft,
            known: HashMap::new(),
            patterns: HashMap::new(),
            effort: Effort::OF_A_SCHEMA,
            hope: Part::ALL,
            hoped: HashSet::new(),
        };
        let part = proof.part(root, 0);
        let held = |schema: &*const Value| proof.known.get(schema) == Some(&Some(Part::ALL));
        if proof.hoped.iter().all(held) {
            return part;
        }
        proof.known.clear();
        proof.hope = Part::UNKNOWN;
        proof.part(root, 0)
    }

    /// What a schema takes.
    pub(super) fn part(&mut self, schema: &'a Value, depth: usize) -> Part {
        let keywords = match schema {
            Value::Bool(true) => return Part::ALL,
            Value::Bool(false) => return Part::NONE,
            Value::Object(keywords) if depth < DEEPEST => keywords,
            _ => return Part::UNKNOWN,
        };
        let address = std::ptr::from_ref(schema);
        match self.known.get(&address) {
            Some(Some(part)) => return *part,
            Some(None) => {
                self.hoped.insert(address);
                return self.hope;
            }
            None => self.known.insert(address, None),
        };
        let part = match keywords.get("$ref") {
            // It may be read in another draft.
            _ if depth > 0 && keywords.contains_key("$schema") => Part::UNKNOWN,
            // What stands beside it is not looked at.
            Some(reference) if self.draft <= Draft::Draft7 => self.referred(reference, depth),
            _ => keywords
                .iter()
                .map(|(name, value)| self.keyword(name, value, keywords, depth + 1))
                .fold(Part::ALL, Part::and),
        };
        self.known.insert(address, Some(part));
        part
    }

    fn referred(&mut self, reference: &Value, depth: usize) -> Part {
        target(self.root, reference).map_or(Part::UNKNOWN, |schema| self.part(schema, depth + 1))
    }

    /// What a keyword takes. One that the draft does not have takes all, as does one that only describes.
    fn keyword(
        &mut self,
        name: &str,
        value: &'a Value,
        beside: &'a Map<String, Value>,
        depth: usize,
    ) -> Part {
        let (since_6, since_7) = (self.draft >= Draft::Draft6, self.draft >= Draft::Draft7);
        let since_2019 = self.draft >= Draft::Draft201909;
        let since_2020 = self.draft >= Draft::Draft202012;
        match name {
            "$ref" => self.referred(value, depth),
            "$dynamicRef" | "$recursiveRef" => Part::UNKNOWN,
            "type" => {
                let named = list(value).iter().filter_map(Value::as_str).map(Kinds::named);
                Part::without(!named.fold(Kinds::NO, |all, kind| all | kind))
            }
            "enum" => listed(list(value)),
            "const" if since_6 => listed(std::slice::from_ref(value)),
            "allOf" | "anyOf" | "oneOf" => self.choice(name, list(value), depth),
            "not" => self.part(value, depth).not(),
            "if" if since_7 => self.conditional(value, beside, depth),
            "minLength" => at_least(value, 1.0, Kinds::TEXT),
            "maxLength" => at_most(value, 1.0, Kinds::TEXT),
            "minItems" => at_least(value, ITEM, Kinds::LIST),
            "maxItems" => at_most(value, ITEM, Kinds::LIST),
            "minProperties" => at_least(value, FIELD, Kinds::OBJECT),
            "maxProperties" => at_most(value, FIELD, Kinds::OBJECT),
            "minimum" | "maximum" | "multipleOf" => Part::some(Kinds::NUMBER),
            "exclusiveMinimum" | "exclusiveMaximum" if since_6 => Part::some(Kinds::NUMBER),
            "pattern" => match self.matched(value.as_str().unwrap_or_default()) {
                Matched::All => Part::ALL,
                Matched::Some => Part::some(Kinds::TEXT),
                Matched::None => Part::without(Kinds::TEXT),
            },
            "format" => {
                let known = |name| jsonschema::options().is_known_format(self.draft, name);
                Part::all_or_some(!value.as_str().is_some_and(known), Kinds::TEXT)
            }
            "contentMediaType" | "contentEncoding" if since_6 && !since_2019 => content(name, value, beside),
            "uniqueItems" => Part::all_or_some(value == &Value::Bool(false), Kinds::LIST),
            "items" if value.is_array() => self.each(list(value), Kinds::LIST, depth),
            "items" => self.each([value], Kinds::LIST, depth),
            "prefixItems" if since_2020 => self.each(list(value), Kinds::LIST, depth),
            "additionalItems" if beside.get("items").is_some_and(Value::is_array) => {
                self.each([value], Kinds::LIST, depth)
            }
            "unevaluatedItems" if since_2019 => self.each([value], Kinds::LIST, depth),
            "contains" if since_6 => self.contains(value, beside, depth),
            "required" => Part::all_or_some(list(value).is_empty(), Kinds::OBJECT),
            "properties" | "patternProperties" => self.each(fields(value), Kinds::OBJECT, depth),
            "additionalProperties" => {
                let patterns = beside.get("patternProperties").and_then(Value::as_object);
                let mut patterns = patterns.into_iter().flat_map(Map::keys);
                match patterns.any(|pattern| self.matched(pattern) == Matched::All) {
                    true => Part::ALL,
                    false => self.each([value], Kinds::OBJECT, depth),
                }
            }
            "unevaluatedProperties" if since_2019 => self.each([value], Kinds::OBJECT, depth),
            "propertyNames" if since_6 => {
                Part::all_or_some(self.part(value, depth).all.has(Kinds::TEXT), Kinds::OBJECT)
            }
            "dependencies" => self.dependencies(value, depth),
            "dependentRequired" | "dependentSchemas" if since_2019 => self.dependencies(value, depth),
            _ => Part::ALL,
        }
    }

    /// All, if each of these schemas takes all; else some of these kinds.
    fn each(&mut self, schemas: impl IntoIterator<Item = &'a Value>, of: Kinds, depth: usize) -> Part {
        let mut schemas = schemas.into_iter();
        Part::all_or_some(schemas.all(|schema| self.part(schema, depth).is_all()), of)
    }

    fn choice(&mut self, name: &str, choice: &'a [Value], depth: usize) -> Part {
        let parts: Vec<Part> = choice.iter().map(|schema| self.part(schema, depth)).collect();
        match (name, opposites(choice)) {
            ("allOf", None) => parts.into_iter().fold(Part::ALL, Part::and),
            ("allOf", Some(_)) => Part::NONE,
            ("anyOf", None) => parts.into_iter().fold(Part::NONE, Part::or),
            ("anyOf", Some(_)) => Part::ALL,
            // One of the two takes a value; the others must not.
            (_, Some((one, other))) => {
                let others = (parts.iter().enumerate()).filter(|(at, _)| *at != one && *at != other);
                Part { none: Kinds::NO, ..others.fold(Part::ALL, |all, (_, part)| all.and(part.not())) }
            }
            _ => Part::one_of(&parts),
        }
    }

    fn conditional(&mut self, test: &'a Value, beside: &'a Map<String, Value>, depth: usize) -> Part {
        let holds = self.part(test, depth);
        let then = beside.get("then").filter(|then| *then != test);
        let otherwise = beside.get("else").filter(|otherwise| opposite(otherwise) != Some(test));
        let then = then.map_or(Part::ALL, |schema| self.part(schema, depth));
        let otherwise = otherwise.map_or(Part::ALL, |schema| self.part(schema, depth));
        let met = holds.not().or(then).and(holds.or(otherwise));
        Part { all: met.all | (then.all & otherwise.all), none: met.none | (then.none & otherwise.none) }
    }

    fn contains(&mut self, value: &'a Value, beside: &'a Map<String, Value>, depth: usize) -> Part {
        let counts = self.draft >= Draft::Draft201909;
        let least = beside.get("minContains").filter(|_| counts).and_then(Value::as_f64).unwrap_or(1.0);
        let most = beside.get("maxContains").filter(|_| counts);
        match (least > 0.0, most, self.part(value, depth).is_none()) {
            (false, None, _) | (false, _, true) => Part::ALL,
            (true, _, true) => Part::without(Kinds::LIST),
            _ => Part::some(Kinds::LIST),
        }
    }

    /// What has a field has these others, too, or is as a schema says.
    fn dependencies(&mut self, value: &'a Value, depth: usize) -> Part {
        let mut fields = value.as_object().into_iter().flatten();
        let all = fields.all(|(name, needs)| match needs {
            Value::Array(names) => names.iter().all(|needed| needed == name),
            schema => self.part(schema, depth).all.has(Kinds::OBJECT),
        });
        Part::all_or_some(all, Kinds::OBJECT)
    }

    fn matched(&mut self, pattern: &'a str) -> Matched {
        let effort = &mut self.effort;
        *self.patterns.entry(pattern).or_insert_with(|| {
            translated(pattern).map_or(Matched::Some, |pattern| Matched::within(&pattern, effort))
        })
    }
}
