//! Reads the mapped answer out of a response.

use std::sync::Arc;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::reading::{Kept, invalid, unreadable};
use super::{DONE, OUTPUT};
use crate::endpoints::CallError;
use crate::programs::limits::MAPPINGS;
use crate::programs::{self, Allowance, Path, Searched, Size, Unsearchable};

/// So many values may be in one another: more, no parser of JSON takes.
const DEEPEST: u64 = 128;

/// What a list of where the parts of an answer are takes at most, for each byte of it.
const OF_LISTS: u64 = 8;

/// The JSON paths of an endpoint, by key.
#[derive(Debug)]
pub(in crate::endpoints) struct Mappings(Vec<(String, Arc<Path>)>);

impl Mappings {
    /// Reads the paths; the error names the key.
    pub(in crate::endpoints) fn parse(mappings: &Map<String, Value>) -> Result<Self, CallError> {
        let count = MAPPINGS.check(mappings.len());
        count.map_err(|much| CallError::invalid("response_mappings", &much.to_string()))?;
        let paths = mappings.iter().map(|(key, path)| {
            let refuse = |why: &str| CallError::invalid(&format!("response_mappings.{key}"), why);
            let path = path.as_str().ok_or_else(|| refuse("is not a string"))?;
            let path = programs::path(path).map_err(|error| refuse(&error.to_string()))?;
            Ok((key.clone(), path))
        });
        paths.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are none, so that the response is taken as it is.
    pub(in crate::endpoints) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key is among them.
    pub(in crate::endpoints) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(known, _)| known == key)
    }

    /// What the path of a key matches first, as it stands in the response.
    pub(in crate::endpoints) fn first<'v>(
        &self,
        key: &str,
        response: &Searched<'v, '_>,
    ) -> Result<Option<&'v RawValue>, CallError> {
        let Some((_, path)) = self.0.iter().find(|(known, _)| known == key) else { return Ok(None) };
        path.first(response).map_err(|why| beyond(key, why))
    }

    /// The mapped answer: for each key the first match of its path. A key whose path matches nothing is left out, but for
    /// `output`, without which there is no answer. `context` is a list of all matches, `metadata` an object if it is one
    /// in a text.
    pub(in crate::endpoints) fn map(&self, response: &Searched<'_, '_>) -> Result<Value, CallError> {
        let keep = Kept::new(response.allowance());
        let mut mapped = Map::new();
        for (key, path) in self.0.iter().filter(|(key, _)| key != DONE) {
            let found = match key.as_str() {
                "context" => path.all(response),
                _ => path.first(response).map(|found| found.into_iter().collect()),
            };
            let found = found.map_err(|why| beyond(key, why))?;
            let value = match (key.as_str(), found.first()) {
                (OUTPUT, None) => {
                    let why =
                        format!("endpoint.response_mappings.output: {path} matches nothing in the response");
                    return Err(invalid(why));
                }
                (_, None) => continue,
                (OUTPUT, Some(output)) => keep.text(output),
                ("context", Some(_)) => keep.texts(&found),
                ("metadata", Some(metadata)) => keep.object(metadata),
                (_, Some(first)) => keep.value(first),
            };
            mapped.insert(key.clone(), value.map_err(|why| beyond(key, why))?);
        }
        Ok(Value::Object(mapped))
    }

    /// What it takes in memory to read an answer, in bytes, beside its text: little, unless a path may find several values.
    pub(in crate::endpoints) fn memory(&self, body: &str) -> u64 {
        let of_lists = body.len() as u64 * OF_LISTS;
        if self.0.iter().all(|(_, path)| path.is_singular()) {
            return of_lists;
        }
        let size = Size::of(body);
        of_lists + size.weight + self.0.iter().map(|(_, path)| path.memory(size)).max().unwrap_or_default()
    }
}

/// The mapped answer of a body. Without mappings the whole body, as JSON if it is JSON, else as text.
pub(in crate::endpoints) fn map(mappings: &Mappings, body: &str) -> Result<Value, CallError> {
    let body = without_mark(body);
    let allowance = Allowance::default();
    let response = parse(body);
    if mappings.is_empty() {
        let Ok(response) = response else { return Ok(Value::String(body.to_owned())) };
        return match Kept::new(&allowance).whole(response) {
            Err(Unsearchable::Unparsable { .. }) => Ok(Value::String(body.to_owned())),
            other => other.map_err(|why| invalid(format!("the response {why}"))),
        };
    }
    mappings.map(&allowance.search(response?))
}

/// The JSON of a text. Nothing is parsed of it, but it is nested no deeper than a parser goes.
pub(in crate::endpoints) fn parse(text: &str) -> Result<&RawValue, CallError> {
    let json: &RawValue =
        serde_json::from_str(text).map_err(|error| unreadable(error.line(), error.column()))?;
    if Size::of(text).levels > DEEPEST {
        return Err(invalid(format!("the response has more than {DEEPEST} values in one another")));
    }
    Ok(json)
}

/// The text without the byte order mark that some servers put before it.
pub(in crate::endpoints) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A path that was good when it was stored, and is not for this response.
fn beyond(key: &str, why: Unsearchable) -> CallError {
    match why {
        Unsearchable::TooMuch(much) => invalid(format!("endpoint.response_mappings.{key} {much}")),
        Unsearchable::Unparsable { line, column } => unreadable(line, column),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::endpoints::CallErrorKind;

    fn mapped(mappings: Value, body: &str) -> Result<Value, CallError> {
        map(&Mappings::parse(mappings.as_object().unwrap())?, body)
    }

    #[test]
    fn each_key_takes_the_first_match_of_its_path() {
        let body = r#"{"choices": [{"message": {"content": "hi"}}, {"message": {"content": "ho"}}], "n": 3}"#;
        let answer = mapped(json!({"output": "$.choices[*].message.content", "count": "$.n"}), body).unwrap();
        assert_eq!(answer, json!({"output": "hi", "count": 3}));
    }

    #[test]
    fn a_path_that_matches_nothing_leaves_its_key_out_but_there_is_no_answer_without_output() {
        let found = mapped(json!({"output": "$.a", "more": "$.nope"}), r#"{"a": 1}"#).unwrap();
        assert_eq!(found, json!({"output": "1"}));
        let error = mapped(json!({"output": "$.nope"}), r#"{"a": "secret"}"#).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::InvalidResponse);
        assert_eq!(error.reason, "endpoint.response_mappings.output: $.nope matches nothing in the response");
    }

    #[test]
    fn context_is_a_list_and_metadata_an_object() {
        let body =
            r#"{"o": 1, "docs": [{"t": "a"}, {"t": "b"}], "list": ["c"], "meta": "{\"k\": 1}", "n": null}"#;
        let with = |path: &str| {
            let mappings = json!({"output": "$.o", "context": path, "metadata": "$.meta"});
            let answer = mapped(mappings, body).unwrap();
            assert_eq!(answer["metadata"], json!({"k": 1}));
            answer["context"].clone()
        };
        assert_eq!(with("$.docs[*].t"), json!(["a", "b"]));
        assert_eq!(with("$.docs[0].t"), json!(["a"]));
        assert_eq!(with("$.list"), json!(["c"]));
        assert_eq!(with("$.n"), json!([]));
        assert_eq!(with("$.nope"), json!(null));
    }

    #[test]
    fn without_mappings_the_whole_body_is_the_answer() {
        assert_eq!(mapped(json!({}), r#"{"a": 1}"#).unwrap(), json!({"a": 1}));
        assert_eq!(mapped(json!({}), "just text").unwrap(), json!("just text"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_answer() {
        assert_eq!(
            mapped(json!({"output": "$.a"}), "\u{feff}{\"a\": \"hi\"}").unwrap(),
            json!({"output": "hi"})
        );
        assert_eq!(mapped(json!({}), "\u{feff}{\"a\": 1}").unwrap(), json!({"a": 1}));
        assert_eq!(mapped(json!({}), "\u{feff}just text").unwrap(), json!("just text"));
        assert_eq!(mapped(json!({}), "[\"\u{feff}x\"]").unwrap(), json!("[\"\u{feff}x\"]"));
    }

    #[test]
    fn a_truncated_response_is_refused_without_quoting_it() {
        let error = mapped(json!({"output": "$.output"}), r#"{"output": "half an ans"#).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::InvalidResponse);
        assert!(!error.to_string().contains("half"), "{error}");
    }

    #[test]
    fn a_broken_path_is_named_by_its_key() {
        for bad in [json!("$.a["), json!("output"), json!(1)] {
            let problem = mapped(json!({"output": bad}), "{}").unwrap_err().to_string();
            assert!(problem.contains("endpoint.response_mappings.output is not a"), "{problem}");
        }
    }
}
