//! What is kept of a response: its values as they were said, each weighed before it is made.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::OUTPUT;
use crate::endpoints::{CallError, CallErrorKind};
use crate::programs::{Allowance, Size, Unsearchable, held, verbatim};

/// What a text takes beside its bytes.
const TEXT: u64 = 64;

/// Makes what is kept of a response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'b>(&'b Allowance);

type Made = Result<Value, Unsearchable>;

impl<'b> Kept<'b> {
    pub(super) fn new(allowance: &'b Allowance) -> Self {
        Self(allowance)
    }

    /// A text; of what is none, the JSON that was sent, because that is what is judged. A null stays one.
    pub(super) fn text(self, json: &RawValue) -> Made {
        self.0.keep(json.get().len() as u64 + TEXT)?;
        match json.get().bytes().next() {
            Some(b'n') => Ok(Value::Null),
            Some(b'"') => serde_json::from_str(json.get()).map_err(unparsable),
            _ => verbatim(json).map(Value::String).ok_or(NO_UNICODE),
        }
    }

    /// What an endpoint answered from: the texts of a list, if one list is all there is, else of what there is.
    pub(super) fn texts(self, found: &[&RawValue]) -> Made {
        let list = match found {
            [one] if one.get() == "null" => Vec::new(),
            [one] if one.get().starts_with('[') => serde_json::from_str(one.get()).map_err(unparsable)?,
            all => all.to_vec(),
        };
        list.into_iter().map(|item| self.text(item)).collect()
    }

    /// A value, or the object that is written in a text.
    pub(super) fn object(self, json: &RawValue) -> Made {
        if json.get().starts_with('"') {
            let text: String = serde_json::from_str(json.get()).map_err(unparsable)?;
            return match serde_json::from_str::<&RawValue>(&text) {
                Ok(inner) if inner.get().starts_with('{') => self.value(inner),
                _ => self.text(json),
            };
        }
        self.value(json)
    }

    /// A value. A number that it could not hold is the text that was sent.
    pub(super) fn value(self, json: &RawValue) -> Made {
        self.0.keep(Size::of(json.get()).weight)?;
        held(json).ok_or(NO_UNICODE)
    }

    /// A whole response without mappings: an object's `output` and `context` as mappings would keep them, and what is no object
    /// as a text.
    pub(super) fn whole(self, json: &RawValue) -> Made {
        if !json.get().starts_with('{') {
            return self.text(json);
        }
        self.0.keep(Size::of(json.get()).weight)?;
        let fields: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(json.get()).map_err(unparsable)?;
        let fields = fields.into_iter().map(|(name, field)| {
            let value = match name.as_ref() {
                OUTPUT => self.text(field),
                "context" if field.get().starts_with('[') => self.texts(&[field]),
                "context" => self.text(field),
                _ => held(field).ok_or(NO_UNICODE),
            };
            Ok((name.into_owned(), value?))
        });
        Ok(Value::Object(fields.collect::<Result<Map<_, _>, Unsearchable>>()?))
    }
}

const NO_UNICODE: Unsearchable = Unsearchable::Unparsable { line: 1, column: 1 };

fn unparsable(error: serde_json::Error) -> Unsearchable {
    Unsearchable::Unparsable { line: error.line(), column: error.column() }
}

/// A response that is not what it has to be.
pub(super) fn invalid(why: String) -> CallError {
    CallError::new(CallErrorKind::InvalidResponse, why)
}

/// A response that is no JSON.
pub(super) fn unreadable(line: usize, column: usize) -> CallError {
    invalid(format!("the response is not JSON: line {line}, column {column}"))
}
