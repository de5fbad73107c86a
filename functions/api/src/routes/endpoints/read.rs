use super::auth_fields::EndpointAuth;
use crate::document::words;
use crate::request::fields::body;
use rhesis::endpoints::{Auth, Client, Endpoint, Protocol};
use rhesis::programs::apart;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::names::Names;
use super::{auth, refused, secrets};
use crate::answer::problem::Problem;
use crate::request::body::Object;
use crate::request::options::{description, integer, text};

body! {
    /// An endpoint as it is made, or replaced.
    pub(crate) struct NewEndpoint {
        /// Where one is replaced, that of the address; else it is not there.
        id: Option<Uuid>,
        /// What it is called.
        #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
        name: String,
        /// What it is.
        #[schema(max_length = 10_000)]
        description: Option<String>,
        /// The project that the caller says it belongs to: kept, and nothing more.
        #[schema(max_length = 255)]
        project_id: Option<String>,
        /// How it is spoken to.
        #[schema(value_type = Option<words::Protocol>)]
        protocol: Option<String>,
        /// The HTTP method.
        #[schema(value_type = Option<words::HttpMethod>)]
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
        /// `protocol`, as Rhesis's SDK calls it. Where a replacement says so, what it does not say stays.
        #[schema(value_type = Option<words::Protocol>)]
        connection_type: Option<String>,
        /// `request_body_template`, as Rhesis's SDK calls it.
        request_mapping: Option<Value>,
        /// `response_mappings`, as Rhesis's SDK calls it; a path may leave out its `$.`.
        #[schema(value_type = Option<Object>)]
        response_mapping: Option<Value>,
        /// `auth` of type `bearer_token`, as Rhesis's SDK says it.
        #[schema(min_length = 1, max_length = 8192)]
        auth_token: Option<String>,
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
    let names = Names::of(&body)?;
    let partial = before.filter(|_| names.sdk);
    let name = body.read("name", name)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let mut endpoint = partial.cloned().unwrap_or_else(|| Endpoint::input_output(""));
    match body.read("url", text)? {
        Some(url) => endpoint.url = url,
        None if partial.is_some() => {}
        None => return Err(Problem::invalid("url", "is missing")),
    }
    // No form of ours says these two: they stay where they are not said.
    let kept = |field: fn(&Endpoint) -> &Option<String>| before.and_then(|before| field(before).clone());
    endpoint.description = body.read("description", description)?.or_else(|| kept(|one| &one.description));
    endpoint.project_id = body.read("project_id", project)?.or_else(|| kept(|one| &one.project_id));
    endpoint.protocol = body.read(names.protocol, protocol)?.unwrap_or(endpoint.protocol);
    endpoint.method = body.read("method", text)?.unwrap_or(endpoint.method);
    endpoint.path = body.read("endpoint_path", text)?.or(endpoint.path);
    endpoint.headers = body.read("request_headers", fields)?.unwrap_or(endpoint.headers);
    endpoint.query = body.read("query_params", fields)?.unwrap_or(endpoint.query);
    endpoint.template = body.take(names.template).unwrap_or(endpoint.template);
    endpoint.mappings = match body.read(names.mappings, fields)? {
        Some(mappings) => names.paths(mappings),
        None if partial.is_some() => endpoint.mappings,
        None => Map::new(),
    };
    endpoint.timeout_seconds = body.read("timeout_seconds", seconds)?.unwrap_or(endpoint.timeout_seconds);
    secret(&mut body, &mut endpoint, client, before, partial.is_some())?;
    named_secrets(&mut body, &mut endpoint, client, before)?;
    let guard = client.guard().clone();
    let checked = apart(move || endpoint.check(&guard).map(|()| endpoint)).await;
    let checked = checked.map_err(|broken| Problem::unprocessable(broken.to_string()))?;
    Ok((name, checked.map_err(|error| refused(&error, &names))?))
}

/// How a call proves who asks, as the body says it. A secret that stays must go where it went.
fn secret(
    body: &mut Object,
    endpoint: &mut Endpoint,
    client: &Client,
    before: Option<&Endpoint>,
    partial: bool,
) -> Result<(), Problem> {
    let flat = body.take("auth_token");
    let is_flat = flat.is_some();
    let value = flat
        .map(|token| json!({ "type": "bearer_token", "auth_token": token }))
        .or_else(|| body.take("auth"));
    let stays = match value {
        Some(value) => {
            let stays = auth::stays(&value);
            let auth = auth::read(value, client.keys(), before.map(|before| &before.auth));
            endpoint.auth = auth.map_err(|problem| if is_flat { problem } else { problem.below("auth") })?;
            stays
        }
        None if partial && !matches!(endpoint.auth, Auth::None) => Some("auth_token"),
        None => None,
    };
    if let (Some(secret), Some(field)) = (stays, before.and_then(|before| endpoint.moves_secret_of(before))) {
        let name = if is_flat || partial { secret.to_owned() } else { format!("auth.{secret}") };
        return Err(must_be_said_anew(&name, field));
    }
    Ok(())
}

/// What else is secret, as the body says it, or as it stays.
fn named_secrets(
    body: &mut Object,
    endpoint: &mut Endpoint,
    client: &Client,
    before: Option<&Endpoint>,
) -> Result<(), Problem> {
    let mut stay: Vec<String> = endpoint.secrets.keys().cloned().collect();
    if let Some(value) = body.take("secrets") {
        let read = secrets::read(value, client.keys(), before).map_err(|problem| problem.below("secrets"))?;
        (endpoint.secrets, stay) = read;
    }
    for name in stay {
        if let Some(field) = before.and_then(|before| endpoint.moves_named_secret_of(before, &name)) {
            return Err(must_be_said_anew(&format!("secrets.{name}"), field));
        }
    }
    Ok(())
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

fn project(field: &str, value: Value) -> Result<String, Problem> {
    text(field, value).and_then(|project| match project.chars().count() > 255 {
        true => Err(Problem::invalid(field, "must have at most 255 characters")),
        false => Ok(project),
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
    let whole = integer(&value).and_then(|seconds| i32::try_from(seconds).ok());
    whole.ok_or_else(|| Problem::invalid(field, "must be a whole number of seconds from 1 to 60"))
}
