use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::App;
use crate::answer::problem::Problem;

/// The query string of a list: every name at most once, and none that the list does not know.
#[derive(Debug, Clone)]
pub(crate) struct Filters(Vec<(String, String)>);

impl FromRequestParts<App> for Filters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        // What is no UTF-8 would be read as another text.
        if percent_decode_str(parts.uri.query().unwrap_or_default()).decode_utf8().is_err() {
            return Err(Problem::bad_request("The query string is not UTF-8."));
        }
        Query::try_from_uri(&parts.uri)
            .map(|fields| Self(fields.0))
            .map_err(|_| Problem::bad_request("The query string cannot be read."))
    }
}

impl Filters {
    /// Refuses names that are not among `known`: a misspelt filter must not list everything.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (place, (name, value)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let detail = format!("is unknown; there may be {}", known.join(", "));
                return Err(Problem::invalid(name.replace('\0', "\\u0000"), detail));
            }
            if self.0[..place].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::invalid(name, "is there twice"));
            }
            if value.contains('\0') {
                return Err(Problem::invalid(name, "holds the character U+0000, which nothing has"));
            }
        }
        Ok(())
    }

    /// What is there beside `names`, as it was asked for.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
    }

    /// Takes a text out.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Takes a text out and reads it as a field of a body that holds it would be read.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        reader: fn(&str, Value) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        self.take(name).map(|text| reader(name, Value::String(text))).transpose()
    }

    /// Takes a whole number from 1 to `most` out.
    pub(crate) fn limit(&mut self, default: u16, most: u16) -> Result<u16, Problem> {
        let Some(text) = self.take("limit") else {
            return Ok(default);
        };
        text.parse()
            .ok()
            .filter(|limit| (1..=most).contains(limit))
            .ok_or_else(|| Problem::invalid("limit", format!("must be a whole number from 1 to {most}")))
    }

    /// Takes the name of a kind out.
    pub(crate) fn kind(&mut self) -> Result<Option<String>, Problem> {
        match self.take("kind") {
            Some(kind) if catalog::find(&kind).is_none() => {
                Err(Problem::invalid("kind", "must be the name of a kind of task that there is"))
            }
            kind => Ok(kind),
        }
    }
}
