//! Where in a text the values stand that were found in what was parsed of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ptr;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// What stands in the text for each of the values, which are parts of `parsed`, as that was parsed from it.
pub(super) fn slices<'a>(json: &'a RawValue, parsed: &Value, found: &[&Value]) -> Vec<&'a RawValue> {
    let mut places: HashMap<*const Value, Option<&RawValue>> =
        found.iter().map(|value| (ptr::from_ref(*value), None)).collect();
    // Both have the same shape, or the text would not have been parsed.
    walk(json, parsed, &mut places).ok();
    found.iter().filter_map(|value| places[&ptr::from_ref(*value)]).collect()
}

type Places<'a> = HashMap<*const Value, Option<&'a RawValue>>;

fn walk<'a>(json: &'a RawValue, parsed: &Value, places: &mut Places<'a>) -> serde_json::Result<()> {
    if let Some(place) = places.get_mut(&ptr::from_ref(parsed)) {
        // Of a name that is there twice the last counts, and the first is overwritten here as it was there.
        *place = Some(json);
    }
    let within = Within { parsed, places };
    let mut inner = serde_json::Deserializer::from_str(json.get());
    match parsed {
        Value::Array(_) => inner.deserialize_seq(within),
        Value::Object(_) => inner.deserialize_map(within),
        _ => Ok(()),
    }
}

/// The parts of a value, beside those of its text.
struct Within<'p, 'a> {
    parsed: &'p Value,
    places: &'p mut Places<'a>,
}

impl<'a> Visitor<'a> for Within<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was parsed")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        for parsed in self.parsed.as_array().into_iter().flatten() {
            let Some(item) = items.next_element()? else { break };
            walk(item, parsed, self.places).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<Cow<'a, str>>()? {
            let field = fields.next_value()?;
            if let Some(parsed) = self.parsed.get(name.as_ref()) {
                // The first of two of a name may have another shape: what is found is that of the last.
                walk(field, parsed, self.places).ok();
            }
        }
        Ok(())
    }
}
