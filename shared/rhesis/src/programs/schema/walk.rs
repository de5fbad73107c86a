//! What of a JSON Schema is a schema, and what is applied where.

use serde_json::{Map, Value};

use crate::programs::BadProgram;

/// What a schema's keyword does with the schemas in it.
pub(super) enum Applied<'a> {
    /// Each to the value itself.
    Here(Vec<&'a Value>),
    /// Each to every child of the value.
    Below(Vec<&'a Value>),
    /// One of them at most to each child: children have one name, one place.
    OneBelow(Vec<&'a Value>),
    /// It has none: how many values it holds.
    Nothing(usize),
}

/// What the keywords of a schema do, in their order.
pub(super) fn keywords<'a>(
    root: &'a Value,
    schema: &'a Map<String, Value>,
) -> Result<Vec<(&'a str, Applied<'a>)>, BadProgram> {
    schema.iter().map(|(name, value)| Ok((name.as_str(), applied(root, schema, name, value)?))).collect()
}

fn applied<'a>(
    root: &'a Value,
    schema: &'a Map<String, Value>,
    name: &str,
    value: &'a Value,
) -> Result<Applied<'a>, BadProgram> {
    let list = || value.as_array().map(|items| items.iter().collect::<Vec<_>>());
    let fields = || value.as_object().map(|fields| fields.values().collect::<Vec<_>>()).unwrap_or_default();
    Ok(match name {
        "$ref" => Applied::Here(vec![target(root, value)?]),
        "$dynamicRef" | "$recursiveRef" => {
            return Err(BadProgram::invalid(format!("says {name}, which is not supported: say $ref")));
        }
        "$id" | "id" if value.is_string() && !std::ptr::eq(schema, root.as_object().unwrap_or(schema)) => {
            return Err(BadProgram::invalid(format!("says {name} within a schema, which is not supported")));
        }
        "allOf" | "anyOf" | "oneOf" => Applied::Here(list().unwrap_or_default()),
        "not" | "if" | "then" | "else" => Applied::Here(vec![value]),
        // Some of its values are lists of names.
        "dependentSchemas" | "dependencies" => {
            Applied::Here(fields().into_iter().filter(|value| !value.is_array()).collect())
        }
        "properties" => Applied::OneBelow(fields()),
        "patternProperties" => Applied::Below(fields()),
        "prefixItems" => Applied::OneBelow(list().unwrap_or_default()),
        "items" => match list() {
            Some(items) => Applied::OneBelow(items),
            None => Applied::Below(vec![value]),
        },
        "additionalProperties"
        | "unevaluatedProperties"
        | "propertyNames"
        | "additionalItems"
        | "unevaluatedItems"
        | "contains" => Applied::Below(vec![value]),
        // Not applied where they stand, only where something refers to them.
        "$defs" | "definitions" => Applied::Nothing(0),
        _ => Applied::Nothing(super::count(value)),
    })
}

/// The schema that a reference leads to, within the document.
pub(super) fn target<'a>(root: &'a Value, reference: &Value) -> Result<&'a Value, BadProgram> {
    let reference = reference.as_str().unwrap_or_default();
    let unknown = || {
        BadProgram::invalid(
            "has a $ref that leads nowhere: it must be #, #/ and a path, or # and an $anchor, of this schema",
        )
    };
    let fragment = reference.strip_prefix('#').ok_or_else(unknown)?;
    let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8().map_err(|_| unknown())?;
    if fragment.is_empty() || fragment.starts_with('/') {
        return root.pointer(&fragment).ok_or_else(unknown);
    }
    anchored(root, &fragment).ok_or_else(unknown)
}

fn anchored<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => {
            let is_it = |key: &str| fields.get(key).and_then(Value::as_str) == Some(name);
            match is_it("$anchor") || is_it("$dynamicAnchor") {
                true => Some(value),
                false => fields.values().find_map(|field| anchored(field, name)),
            }
        }
        Value::Array(items) => items.iter().find_map(|item| anchored(item, name)),
        _ => None,
    }
}
