use std::fmt;

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The names of the fields of `T` in the order of their declaration; none if it is no struct.
///
/// A schema's properties have no order; callers who give arguments by position need one.
pub(crate) fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut found = &[][..];
    // Only asked what it would read: it is given nothing to read.
    let _ = T::deserialize(Probe(&mut found));
    found
}

/// Keeps the names that a struct asks for.
struct Probe<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::invalid_type(serde::de::Unexpected::Unit, &visitor as &dyn serde::de::Expected))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl fmt::Debug for Probe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Probe")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountTestSets, DeliverWebhook};

    #[test]
    fn fields_are_told_in_the_order_of_their_declaration() {
        assert_eq!(fields::<DeliverWebhook>(), ["webhook_id", "event", "occurred_at", "data"]);
        assert!(fields::<CountTestSets>().is_empty());
        assert!(fields::<i64>().is_empty());
    }
}
