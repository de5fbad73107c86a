use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use rhesis::json;
use rhesis::programs::Size;
use serde_json::{Map, Value};

use crate::App;
use crate::answer::problem::Problem;
use crate::request::fields::body;
use crate::request::storable;

/// How much the body of a request may hold where many tasks or tests come at once, in bytes: 4 MiB.
pub(crate) const BULK_LIMIT: usize = 4 * 1024 * 1024;

/// What a body may take in memory once it is parsed, in bytes: 96 MiB of a function's 256. A list of the tiniest objects takes a hundred
/// times its length.
const HEAVIEST: u64 = 96 * 1024 * 1024;

/// The body of a request: a JSON object; an absent body is an empty one.
///
/// The last argument of a route, because reading the body is the last thing to do with a request.
#[derive(Debug, Clone)]
pub(crate) struct Object(pub(crate) Map<String, Value>);

body! {
    /// Nothing: an empty body, or an empty object.
    pub(crate) struct NoFields {}
}

impl FromRequest<App> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let is_json = says_json(request.headers());
        let bytes = Bytes::from_request(request, app).await.map_err(unreadable)?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        if !is_json {
            return Err(Problem::not_json());
        }
        parse(&bytes)
    }
}

impl Object {
    /// Refuses fields that are not among `known`, by name: a misspelt option must not be silently left out.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                Err(Problem::invalid(name, format!("is unknown; there may be {}", known.join(", "))))
            }
            None => Ok(()),
        }
    }

    /// Takes a field out; one that is null is as good as none.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a field out and reads it.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        reader: fn(&str, Value) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        self.take(name).map(|value| reader(name, value)).transpose()
    }

    /// Whether a field is there, and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    says(headers, &["application/json"])
}

/// Whether the body is, by its own account, of one of these types, in UTF-8.
pub(crate) fn says(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    let mut charsets = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    types.iter().any(|known| essence.trim().eq_ignore_ascii_case(known))
        && charsets.all(|(_, value)| value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

pub(crate) fn unreadable(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => Problem::too_large(),
        _ => Problem::bad_request("The body could not be read to its end."),
    }
}

fn parse(bytes: &[u8]) -> Result<Object, Problem> {
    // serde_json says what it met and where ("… at line 1 column 7"), never the text itself.
    let value = json::read(text(bytes)?)
        .map_err(|error| Problem::bad_request(format!("The body is malformed JSON: {error}.")))?;
    object(value).map_err(|problem| problem.or_field("body"))
}

/// The text of a body that may be parsed as JSON.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Problem::bad_request(format!("The body is not UTF-8 at byte {}.", error.valid_up_to()))
    })?;
    match Size::of(text).weight > HEAVIEST {
        true => Err(Problem::too_large_in_all("The body holds too many values.")),
        false => Ok(text),
    }
}

/// An object whose every text can be stored.
pub(crate) fn object(value: Value) -> Result<Object, Problem> {
    let Value::Object(object) = value else {
        return Err(Problem::unprocessable("must be a JSON object"));
    };
    match storable::first_nul(&object) {
        Some(field) => Err(Problem::invalid(field, "holds the character U+0000, which cannot be stored")),
        None => Ok(Object(object)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognized_with_parameters_and_in_any_case() {
        let says =
            |value: &str| says_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]));
        for parameters in ["", "; charset=UTF-8", ";charset=\"utf-8\"", ";"] {
            assert!(says(&format!("Application/JSON{parameters}")), "{parameters}");
        }
        for other in ["text/plain", "application/x-json", "application/json; charset=latin1", "", "json"] {
            assert!(!says(other), "{other}");
        }
        assert!(!says_json(&HeaderMap::new()));
    }
}
