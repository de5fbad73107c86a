use super::auth_fields::EndpointAuth;
use crate::document::words;
use crate::request::fields::body;
use rhesis::endpoints::{Client, Endpoint, Protocol};
use rhesis::programs::apart;
use serde_json::{Map, Value};

use super::{auth, refused, secrets};
use crate::answer::problem::Problem;
use crate::request::body::Object;
use crate::request::options::text;

body! {
    /// An endpoint as it is made, or replaced.
    pub(crate) struct NewEndpoint {
        /// What it is called.
        #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
        name: String,
        /// How it is spoken to.
        #[schema(value_type = Option<words::Protocol>)]
        protocol: Option<String>,
        /// The HTTP method.
        #[schema(example = "POST")]
        method: Option<String>,
        /// Where it is.
        #[schema(format = "uri", example = "https://ai.example.com/")]
        url: String,
        /// What stands behind the URL.
        endpoint_path: Option<String>,
        /// Headers of the request, as templates.
        #[schema(value_type = Option<Object>)]
        request_headers: Option<Value>,
        /// The query string of the request, as templates.
        #[schema(value_type = Option<Object>)]
        query_params: Option<Value>,
        /// The body of the request, as a template.
        request_body_template: Option<Value>,
        /// Where the answer has what: a path (RFC 9535) or a template for each name.
        #[schema(value_type = Option<Object>)]
        response_mappings: Option<Value>,
        /// How long a call may take.
        #[schema(minimum = 1, maximum = 60)]
        timeout_seconds: Option<i32>,
        /// How a call proves who asks: `type` is `none`, `bearer_token`, `api_key` or `client_credentials`, beside it the fields of
        /// the type. A secret that says `***` stays what it was.
        #[schema(value_type = Option<EndpointAuth>)]
        auth: Option<Value>,
        /// What else is secret, by names: a header says `{{ secrets.NAME }}`, a query parameter nothing but that. One that says `***`
        /// stays what it was.
        #[schema(value_type = Option<Object>)]
        secrets: Option<Value>,
    }
}

/// An endpoint and its name, once everything about it was checked that can be without calling it.
///
/// `before` is the endpoint that is replaced: a secret that is not said stays, if it goes where it went.
pub(super) async fn read(
    mut body: Object,
    client: &Client,
    before: Option<&Endpoint>,
) -> Result<(String, Endpoint), Problem> {
    body.only(NewEndpoint::FIELDS)?;
    let name = body.read("name", name)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let url = body.read("url", text)?.ok_or_else(|| Problem::invalid("url", "is missing"))?;
    let mut endpoint = Endpoint::input_output(&url);
    endpoint.protocol = body.read("protocol", protocol)?.unwrap_or(Protocol::Rest);
    endpoint.method = body.read("method", text)?.unwrap_or(endpoint.method);
    endpoint.path = body.read("endpoint_path", text)?;
    endpoint.headers = body.read("request_headers", fields)?.unwrap_or_default();
    endpoint.query = body.read("query_params", fields)?.unwrap_or_default();
    endpoint.template = body.take("request_body_template").unwrap_or(endpoint.template);
    endpoint.mappings = body.read("response_mappings", fields)?.unwrap_or_default();
    endpoint.timeout_seconds = body.read("timeout_seconds", seconds)?.unwrap_or(endpoint.timeout_seconds);
    if let Some(value) = body.take("auth") {
        let stays = auth::stays(&value);
        let auth = auth::read(value, client.keys(), before.map(|before| &before.auth));
        endpoint.auth = auth.map_err(|problem| problem.below("auth"))?;
        let moved = before.and_then(|before| endpoint.moves_secret_of(before));
        if let (Some(secret), Some(field)) = (stays, moved) {
            return Err(must_be_said_anew(&format!("auth.{secret}"), field));
        }
    }
    if let Some(value) = body.take("secrets") {
        let read = secrets::read(value, client.keys(), before).map_err(|problem| problem.below("secrets"))?;
        let stay;
        (endpoint.secrets, stay) = read;
        for name in stay {
            if let Some(field) = before.and_then(|before| endpoint.moves_named_secret_of(before, &name)) {
                return Err(must_be_said_anew(&format!("secrets.{name}"), field));
            }
        }
    }
    let guard = client.guard().clone();
    let checked = apart(move || endpoint.check(&guard).map(|()| endpoint)).await;
    let checked = checked.map_err(|broken| Problem::unprocessable(broken.to_string()))?;
    Ok((name, checked.map_err(|error| refused(&error))?))
}

fn must_be_said_anew(secret: &str, field: &str) -> Problem {
    let why = format!("must be said anew: by {field} it would go where it was not meant to go");
    Problem::invalid(secret, why)
}

fn name(field: &str, value: Value) -> Result<String, Problem> {
    text(field, value).and_then(|name| match name.trim().is_empty() || name.chars().count() > 200 {
        true => Err(Problem::invalid(field, "must have 1 to 200 characters that are not all spaces")),
        false => Ok(name),
    })
}

fn protocol(field: &str, value: Value) -> Result<Protocol, Problem> {
    let word = value.as_str().unwrap_or_default();
    Protocol::from_word(word).ok_or_else(|| Problem::invalid(field, "must be REST or WebSocket"))
}

fn fields(field: &str, value: Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Problem::invalid(field, "must be an object")),
    }
}

fn seconds(field: &str, value: Value) -> Result<i32, Problem> {
    let whole = value.as_i64().and_then(|seconds| i32::try_from(seconds).ok());
    whole.ok_or_else(|| Problem::invalid(field, "must be a whole number of seconds from 1 to 60"))
}
