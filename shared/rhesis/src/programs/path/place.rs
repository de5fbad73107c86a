use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// One step of a path that finds one value at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    /// Counted from the end if it is negative.
    Index(i64),
}

/// The steps of a path that finds one value at most, and that the parser has found to be well written.
pub(super) fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?.trim_start();
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(named) => {
                let end = named.find(['.', '[', ' ', '\t', '\n', '\r']).unwrap_or(named.len());
                (Step::Name(named[..end].to_owned()), &named[end..])
            }
            None => {
                let inner = rest.strip_prefix('[')?.trim_start();
                let (step, after) = match inner.chars().next()? {
                    quote @ ('\'' | '"') => quoted(inner, quote)?,
                    _ => {
                        let end = inner.find(|sign: char| !(sign.is_ascii_digit() || sign == '-'))?;
                        (Step::Index(inner[..end].parse().ok()?), &inner[end..])
                    }
                };
                (step, after.trim_start().strip_prefix(']')?)
            }
        };
        steps.push(step);
        rest = after.trim_start();
    }
    Some(steps)
}

/// A name in quotation marks, whose escapes are those of JSON, and `\'`.
fn quoted(text: &str, quote: char) -> Option<(Step, &str)> {
    let mut json = String::from("\"");
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => match signs.next()?.1 {
                '\'' => json.push('\''),
                escaped => json.extend(['\\', escaped]),
            },
            '"' if quote == '\'' => json.push_str("\\\""),
            _ if sign == quote => {
                json.push('"');
                return Some((Step::Name(serde_json::from_str(&json).ok()?), &text[at + 1..]));
            }
            _ => json.push(sign),
        }
    }
    None
}

/// What stands there, of which nothing else is parsed.
pub(super) fn find<'a>(json: &'a RawValue, steps: &[Step]) -> Option<&'a RawValue> {
    steps.iter().try_fold(json, |json, step| {
        let there = match step {
            Step::Name(_) | Step::Index(0..) => Place { step, at: 0 },
            Step::Index(back) => {
                let count = serde_json::from_str::<Vec<IgnoredAny>>(json.get()).ok()?.len();
                Place { step, at: count.checked_sub(usize::try_from(back.unsigned_abs()).ok()?)? }
            }
        };
        there.deserialize(&mut serde_json::Deserializer::from_str(json.get())).ok()?
    })
}

/// One step into a value.
struct Place<'s> {
    step: &'s Step,
    /// The index, where the step counts from the end.
    at: usize,
}

impl<'a> DeserializeSeed<'a> for Place<'_> {
    type Value = Option<&'a RawValue>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.step {
            Step::Name(_) => deserializer.deserialize_map(self),
            Step::Index(_) => deserializer.deserialize_seq(self),
        }
    }
}

impl<'a> Visitor<'a> for Place<'_> {
    type Value = Option<&'a RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what the path leads into")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let Step::Name(wanted) = self.step else { return Ok(None) };
        let mut found = None;
        // Of a name that is there twice, the last is taken, as parsers do.
        while let Some(name) = fields.next_key::<std::borrow::Cow<'a, str>>()? {
            if name == wanted.as_str() {
                found = Some(fields.next_value()?);
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let at = match self.step {
            Step::Index(index @ 0..) => usize::try_from(*index).unwrap_or(usize::MAX),
            _ => self.at,
        };
        let (mut found, mut index) = (None, 0);
        loop {
            if index == at {
                match items.next_element()? {
                    Some(item) => found = Some(item),
                    None => break,
                }
            } else if items.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
            index += 1;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json_path::JsonPath;

    use super::*;

    #[test]
    fn it_finds_what_the_path_finds() {
        let json = r#" {"a": [1, {"b c": 12345678901234567890123}, null], "é'\"]": {"x": -0}, "a.b": 1e2, "": 7,
            "twice": 1, "twice": {"n": 2}, "\u0061\n": "t"} "#;
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        let value: Value = serde_json::from_str(json).unwrap();
        for path in [
            "$",
            "$.a",
            "$.a[0]",
            "$.a[-1]",
            "$.a[-3]",
            "$.a[-4]",
            "$.a[3]",
            "$.a[1]['b c']",
            "$ ['a'] [ 1 ] [\"b c\"]",
            "$.a.b",
            "$['a.b']",
            "$[\"a.b\"]",
            r#"$['é\'"]'].x"#,
            r#"$["é'\"]"]['x']"#,
            "$['']",
            "$.twice",
            "$.twice.n",
            r"$['a\n']",
            r"$['\u0061']",
            "$.none",
            "$.a['0']",
            "$.twice[0]",
            "$.é",
            "$[0]",
        ] {
            let found = find(raw, &steps(path).unwrap_or_else(|| panic!("{path}")));
            let parsed = found.map(|found| serde_json::from_str::<Value>(found.get()).unwrap());
            let wanted =
                JsonPath::parse(path).unwrap().query(&value).all().first().map(|value| (*value).clone());
            assert_eq!(parsed, wanted, "{path}");
        }
    }
}
