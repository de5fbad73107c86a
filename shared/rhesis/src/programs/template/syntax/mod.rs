//! Where the values of a template go that is one text: into a text of another language, in which they must stay values.

mod form;
mod json;
mod xml;

use serde::de::IgnoredAny;
use url::form_urlencoded::byte_serialize;

use crate::programs::BadProgram;

/// The language that a template writes, if it is one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Syntax {
    /// None: values stand as they are.
    #[default]
    Text,
    /// JSON, or several of it one after the other.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// XML.
    Xml,
}

/// Whether a text is an object or a list.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Where the next value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere: there is no language.
    Anywhere,
    /// Into a text of the language, in which some signs are written otherwise.
    Within,
    /// To where a whole value of the language stands.
    Whole,
}

/// Reads what was written so far: whatever the values are, this says where the next one goes, and not a guess of the template.
#[derive(Debug)]
pub(super) enum Reader {
    Text,
    Json(json::Reader),
    Form(form::Reader),
    Xml(xml::Reader),
}

impl Reader {
    pub(super) fn of(syntax: Syntax) -> Self {
        match syntax {
            Syntax::Text => Self::Text,
            Syntax::Json => Self::Json(json::Reader::default()),
            Syntax::Form => Self::Form(form::Reader::default()),
            Syntax::Xml => Self::Xml(xml::Reader::default()),
        }
    }

    /// Takes in what was written.
    pub(super) fn read(&mut self, text: &str) {
        match self {
            Self::Text => {}
            Self::Json(reader) => text.bytes().for_each(|byte| reader.read(byte)),
            Self::Form(reader) => text.bytes().for_each(|byte| reader.read(byte)),
            Self::Xml(reader) => text.bytes().for_each(|byte| reader.read(byte)),
        }
    }

    /// Where a value goes that comes now; refused where it could be more than a value.
    pub(super) fn place(&self) -> Result<Place, BadProgram> {
        let placed = match self {
            Self::Text => Ok(Place::Anywhere),
            Self::Json(reader) => reader.place(),
            Self::Form(reader) => reader.place(),
            Self::Xml(reader) => reader.place(),
        };
        placed.map_err(BadProgram::invalid)
    }

    /// A text as it stands within one of the language.
    pub(super) fn within(&self, text: String) -> String {
        match self {
            Self::Text => text,
            Self::Json(_) => {
                let quoted = serde_json::Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            Self::Form(_) => byte_serialize(text.as_bytes()).collect(),
            Self::Xml(_) => xml::escaped(&text),
        }
    }
}
