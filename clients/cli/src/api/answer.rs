use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::exit::{Exit, Failure};

/// A success of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON of some shape.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| self.strange())
    }

    /// The body as an object that has something in this field: whoever else answers at this address is found out.
    pub(crate) fn object(&self, field: &str) -> Result<Value, Failure> {
        let object: Value = self.read()?;
        if object.get(field).is_some_and(|value| !value.is_null()) { Ok(object) } else { Err(self.strange()) }
    }

    /// It is somebody else's answer.
    pub(crate) fn strange(&self) -> Failure {
        Failure::unreachable(format!(
            "The answer is not JSON as this API writes it ({}): is the address right?",
            content_type(&self.headers)
        ))
    }
}

/// What a refusal of the API, or of whatever stands before it, means.
pub(crate) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
    let problem: Option<Value> = serde_json::from_slice(body).ok().filter(Value::is_object);
    let detail = problem.as_ref().and_then(|problem| problem["detail"].as_str()).unwrap_or_default();
    let ours = content_type(headers).starts_with("application/problem+json");
    let field = problem.as_ref().and_then(|problem| problem["field"].as_str());
    let (exit, sentence) = match status.as_u16() {
        300..=399 => (
            Exit::Unreachable,
            format!("This address leads to another ({status}{}): is it right?", elsewhere(headers)),
        ),
        401 => (
            Exit::NotAllowed,
            "The token is unknown, expired or revoked: sign in with `rhesis-tasks login`.".into(),
        ),
        403 => (Exit::NotAllowed, or(detail, "This token may not do that.")),
        404 if ours => (Exit::NotFound, or(detail, "There is no such thing.")),
        404 => (Exit::Unreachable, "Nothing of Rhesis answers at this address (404).".into()),
        409 => (Exit::Failed, or(detail, "That does not go as things stand.")),
        429 => (Exit::Unreachable, "The API is asked too often: try again later.".into()),
        400..=499 => (Exit::Usage, refused(status, field, detail)),
        _ => (Exit::Unreachable, format!("The API cannot answer ({status}). {detail}").trim_end().to_owned()),
    };
    Failure { exit, sentence }
}

fn refused(status: StatusCode, field: Option<&str>, detail: &str) -> String {
    match (field, detail) {
        (Some(field), detail) => format!("{field}: {detail}"),
        (None, "") => format!("The API refused it ({status})."),
        (None, detail) => detail.to_owned(),
    }
}

/// Where a redirection leads.
fn elsewhere(headers: &HeaderMap) -> String {
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
    to.map(|to| format!(", {to}")).unwrap_or_default()
}

fn or(detail: &str, otherwise: &str) -> String {
    if detail.is_empty() { otherwise.to_owned() } else { detail.to_owned() }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("without a type")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, content_type: &'static str, body: &str) -> (Exit, String) {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        let failure = refusal(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes());
        (failure.exit, failure.sentence)
    }

    #[test]
    fn a_refusal_has_the_exit_status_of_its_kind_and_names_the_field() {
        let problem = "application/problem+json";
        let body = r#"{"status": 422, "detail": "must be a UUID", "field": "args.id"}"#;
        assert_eq!(of(422, problem, body), (Exit::Usage, "args.id: must be a UUID".into()));
        assert_eq!(of(401, problem, "{}").0, Exit::NotAllowed);
        assert_eq!(of(403, problem, "{}").0, Exit::NotAllowed);
        assert_eq!(
            of(404, problem, r#"{"detail": "There is no such task."}"#),
            (Exit::NotFound, "There is no such task.".into())
        );
        assert_eq!(of(409, problem, "{}").0, Exit::Failed);
        assert_eq!(of(500, problem, "{}").0, Exit::Unreachable);
    }

    #[test]
    fn what_is_not_ours_is_said_to_be_somebody_elses() {
        assert_eq!(of(404, "text/html", "<html>").0, Exit::Unreachable);
        let (exit, sentence) = of(502, "text/html", "<html>bad gateway</html>");
        assert_eq!(exit, Exit::Unreachable);
        assert_eq!(sentence, "The API cannot answer (502 Bad Gateway).");
        let answer = Answer { headers: HeaderMap::new(), body: b"<html>".to_vec() };
        assert_eq!(answer.read::<Value>().unwrap_err().exit, Exit::Unreachable);
        for somebody in ["{}", "[]", "7", "null", "{\"task_id\": null}", "{\"status\": \"ok\"}"] {
            let answer = Answer { headers: HeaderMap::new(), body: somebody.as_bytes().to_vec() };
            assert_eq!(answer.object("task_id").unwrap_err().exit, Exit::Unreachable, "{somebody}");
        }
    }
}
