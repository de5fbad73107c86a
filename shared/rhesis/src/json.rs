//! JSON of which no object has a key twice: which of the two was meant, nobody can say.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads JSON of which no object has a key twice.
///
/// # Errors
/// As `serde_json` says them: what was met and where, never the text itself; a key that is there twice is named.
pub fn read(text: &str) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Distinct.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Whether a text is JSON texts one after the other, and no object in them has a key twice.
///
/// # Errors
/// As [`read`] says them.
pub fn check_lines(text: &str) -> serde_json::Result<()> {
    struct Line;
    impl<'de> Deserialize<'de> for Line {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Distinct.deserialize(deserializer).map(|_| Self)
        }
    }
    serde_json::Deserializer::from_str(text).into_iter::<Line>().try_for_each(|line| line.map(drop))
}

/// Whether an error is that a key is there twice.
pub fn is_twice(error: &serde_json::Error) -> bool {
    error.is_data() && error.to_string().starts_with("the key ")
}

/// What reads a value, and all that it holds.
struct Distinct;

impl<'de> DeserializeSeed<'de> for Distinct {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Distinct {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Distinct)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key {key:?} is there twice")));
            }
            let value = fields.next_value_seed(Distinct)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        for text in [
            r#"{"a": [1, -2, 1.5, 1e300, 18446744073709551615, true, null, {"b": "\u00fc\ud83e\udd80"}], "": {}}"#,
            "[]",
            "\"x\"",
            "3",
            " null ",
        ] {
            assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        }
        for text in ["", "{", "[1,]", "{\"a\" 1}", "1 2", "nul", &"[".repeat(200)] {
            assert_eq!(
                read(text).unwrap_err().to_string(),
                serde_json::from_str::<Value>(text).unwrap_err().to_string(),
                "{text}"
            );
        }
        assert_eq!(read(r#"{"a": {"b": 1}, "c": {"b": 1}}"#).unwrap(), json!({"a": {"b": 1}, "c": {"b": 1}}));
    }

    #[test]
    fn a_key_that_is_there_twice_is_refused_wherever_it_stands_and_however_it_is_spelled() {
        for text in
            [r#"{"a": 1, "a": 1}"#, r#"{"x": {"a": 1, "b": 2, "a": null}}"#, r#"[[{"a": 1, "\u0061": 2}]]"#]
        {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.starts_with("the key \"a\" is there twice at line 1 column"), "{refused}");
            assert!(is_twice(&read(text).unwrap_err()) && is_twice(&check_lines(text).unwrap_err()));
        }
        assert!(check_lines("{\"a\": 1}\n{\"a\": 1} 3").is_ok());
        assert!(!is_twice(&check_lines("{\"a\": 1}\n{\"a\" 1}").unwrap_err()));
    }
}
