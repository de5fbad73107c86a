use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::refusal::Refusal;
use crate::request::body::unreadable;

/// The fields of a form, in their order; a field may be there more than once.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
    /// Files: the field's name, the file's, and what is in it.
    files: Vec<(String, String, Bytes)>,
}

impl Form {
    /// Reads the body of a form, with files or without.
    pub(super) async fn read(request: Request) -> Result<Self, Refusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|value| value.starts_with("multipart/form-data")) {
            return Self::read_files(request).await;
        }
        let bytes = Bytes::from_request(request, &()).await.map_err(unreadable)?;
        Ok(Self { fields: form_urlencoded::parse(&bytes).into_owned().collect(), files: Vec::new() })
    }

    async fn read_files(request: Request) -> Result<Self, Refusal> {
        let broken = |_| {
            let detail = "The form could not be read to its end: a file may have at most 3 MiB here. For more, use make import.";
            Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, detail)
        };
        let mut form = Self::default();
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Refusal::of(StatusCode::BAD_REQUEST, "The form is malformed."))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => form.files.push((name, file, part.bytes().await.map_err(broken)?)),
                None => form.fields.push((name, part.text().await.map_err(broken)?)),
            }
        }
        Ok(form)
    }

    /// A field's text; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A field's text, if it says something.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }

    /// Every text of a field.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A file's name and content, if one was chosen.
    pub(super) fn file(&self, name: &str) -> Option<(&str, &Bytes)> {
        self.files
            .iter()
            .find(|(known, file, _)| known == name && !file.is_empty())
            .map(|(_, file, content)| (file.as_str(), content))
    }

    /// The fields that say something, as texts of a JSON object.
    pub(super) fn texts(&self, names: &[&str]) -> Map<String, Value> {
        let given = |name: &&str| Some(((*name).to_owned(), Value::from(self.given(name)?)));
        names.iter().filter_map(given).collect()
    }

    /// A field as a number, if it is one; as the text that it is otherwise, for the route to refuse.
    pub(super) fn number(&self, name: &str) -> Option<Value> {
        self.given(name).map(|text| match text.parse::<serde_json::Number>() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::from(text),
        })
    }

    /// A field as JSON; what is none is refused by the field's name.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        self.given(name)
            .map(|text| {
                rhesis::json::read(text).map_err(|error| Refusal {
                    field: Some(name.to_owned()),
                    ..Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, format!("is no JSON: {error}"))
                })
            })
            .transpose()
    }
}
