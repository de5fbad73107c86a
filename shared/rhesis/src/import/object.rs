use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::column::Column;

/// How many keys an object may have.
const MOST_KEYS: usize = 1_000;

/// The fields of a JSON object that are read or nearly so, in their order.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) known: Vec<Field>,
    /// A key that is there twice, spelled the same.
    pub(super) twice: Option<String>,
}

/// A field whose name is known.
pub(super) struct Field {
    pub(super) column: Column,
    pub(super) name: String,
    pub(super) text: Text,
}

/// A field's value. Of what is no text nothing is kept.
#[derive(Clone)]
pub(super) enum Text {
    Is(String),
    Null,
    Other,
}

struct OfFields;
struct OfText;

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfFields)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfText)
    }
}

impl<'de> Visitor<'de> for OfFields {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            match Column::of(&name) {
                Column::Other => drop(map.next_value::<IgnoredAny>()?),
                column => {
                    let text = map.next_value()?;
                    fields.known.push(Field { column, name: name.clone(), text });
                }
            }
            if names.contains(&name) {
                fields.twice.get_or_insert(name);
            } else if names.len() == MOST_KEYS {
                return Err(A::Error::custom(format_args!("more than {MOST_KEYS} keys")));
            } else {
                names.insert(name);
            }
        }
        Ok(fields)
    }
}

impl<'de> Visitor<'de> for OfText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Is(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text::Is(text))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Text, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Other)
    }
}
