use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

/// What stays as it is in a query or a segment of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request: where, what, and whether asking twice does it once.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Path and query, behind the API's address.
    pub(crate) path: String,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
    pub(crate) key: Option<String>,
    pub(crate) repeatable: bool,
    /// What is asked instead where there is no room for a request that is held back.
    pub(crate) unheld: Option<String>,
}

impl Ask {
    /// A read.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, true)
    }

    /// A read that is held back for so many seconds where the API has room for that.
    pub(crate) fn held(path: &str, seconds: u64) -> Self {
        Self { unheld: Some(path.to_owned()), ..Self::get(format!("{path}?wait={seconds}")) }
    }

    /// A change that is the same if it is made twice.
    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path, true)
    }

    /// A change that must not be made twice; see [`Ask::once`] for the one that may be asked for twice.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path, false)
    }

    /// An end; the second one would be told that there is nothing to end.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path, false)
    }

    /// With a JSON body.
    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string().into_bytes());
        self
    }

    /// With a body as it is.
    pub(crate) fn bytes(mut self, body: Vec<u8>, content_type: &'static str) -> Self {
        (self.body, self.content_type) = (Some(body), content_type);
        self
    }

    /// With an idempotency key, made here unless the user has one: however often it is asked for, it begins once.
    pub(crate) fn once(mut self, key: Option<&str>) -> Self {
        self.key = Some(key.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned));
        self.repeatable = true;
        self
    }

    /// The body itself says what makes it the same if it comes twice.
    pub(crate) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    fn new(method: Method, path: impl Into<String>, repeatable: bool) -> Self {
        let path = path.into();
        Self {
            method,
            path,
            body: None,
            content_type: "application/json",
            key: None,
            repeatable,
            unheld: None,
        }
    }
}

/// A path with a query made of what is there of `filters`.
pub(crate) fn with_query<'a>(
    path: &str,
    filters: impl IntoIterator<Item = (&'a str, Option<String>)>,
) -> String {
    let mut asked = path.to_owned();
    let mut mark = if path.contains('?') { '&' } else { '?' };
    for (name, value) in filters {
        if let Some(value) = value {
            asked.push(mark);
            asked.push_str(&format!("{name}={}", encoded(&value)));
            mark = '&';
        }
    }
    asked
}

/// A text as it may stand in a query or as one segment of a path.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_what_is_there_and_nothing_that_could_be_read_as_more() {
        let query = with_query("/tasks", [("kind", Some("a&b=c+d".into())), ("status", None)]);
        assert_eq!(query, "/tasks?kind=a%26b%3Dc%2Bd");
        assert_eq!(with_query("/t?x=1", [("y", Some("2".into()))]), "/t?x=1&y=2");
    }

    #[test]
    fn a_start_is_repeatable_because_it_has_a_key_and_a_plain_post_is_not() {
        assert!(!Ask::post("/batch_operations").repeatable);
        let ask = Ask::post("/tasks/x").once(None);
        assert!(ask.repeatable && ask.key.is_some());
        assert_eq!(Ask::post("/tasks/x").once(Some("mine")).key.as_deref(), Some("mine"));
    }
}
