use chrono::{DateTime, Utc};
use rhesis::endpoints::{Auth, Stored};
use rhesis::secrets::MASKED;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth_fields::EndpointAuth;
use crate::document::words;

/// An endpoint without its secrets.
#[derive(Serialize, ToSchema)]
#[schema(as = Endpoint)]
pub(crate) struct Shown {
    /// The endpoint.
    pub(super) id: Uuid,
    /// What it is called.
    name: String,
    /// What it is.
    description: Option<String>,
    /// The project that a caller said it belongs to.
    project_id: Option<String>,
    /// How it is spoken to.
    #[schema(value_type = words::Protocol)]
    protocol: &'static str,
    /// The HTTP method.
    #[schema(example = "POST")]
    method: String,
    /// Where it is.
    #[schema(format = "uri", example = "https://ai.example.com/")]
    url: String,
    /// What stands behind the URL.
    endpoint_path: Option<String>,
    /// Headers of the request, as templates.
    #[schema(value_type = Object)]
    request_headers: Map<String, Value>,
    /// The query string of the request, as templates.
    #[schema(value_type = Object)]
    query_params: Map<String, Value>,
    /// The body of the request, as a template.
    request_body_template: Value,
    /// Where the answer has what.
    #[schema(value_type = Object)]
    response_mappings: Map<String, Value>,
    /// How long a call may take.
    timeout_seconds: i32,
    /// How a call proves who asks; secrets are `***`.
    #[schema(value_type = EndpointAuth)]
    auth: Value,
    /// The names of its other secrets, each with `***`.
    #[schema(value_type = Object)]
    secrets: Map<String, Value>,
    /// `protocol`, as Rhesis's SDK calls it.
    #[schema(value_type = words::Protocol)]
    connection_type: &'static str,
    /// `request_body_template`, as Rhesis's SDK calls it; null if it is no object.
    #[schema(value_type = Option<Object>)]
    request_mapping: Option<Map<String, Value>>,
    /// `response_mappings`, as Rhesis's SDK calls it.
    #[schema(value_type = Object)]
    response_mapping: Map<String, Value>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was changed last.
    updated_at: DateTime<Utc>,
}

impl From<Stored> for Shown {
    fn from(stored: Stored) -> Self {
        let endpoint = stored.endpoint;
        Self {
            id: stored.id,
            name: stored.name,
            description: endpoint.description,
            project_id: endpoint.project_id,
            protocol: endpoint.protocol.as_str(),
            connection_type: endpoint.protocol.as_str(),
            request_mapping: endpoint.template.as_object().cloned(),
            response_mapping: endpoint.mappings.clone(),
            method: endpoint.method,
            url: endpoint.url,
            endpoint_path: endpoint.path,
            request_headers: endpoint.headers,
            query_params: endpoint.query,
            request_body_template: endpoint.template,
            response_mappings: endpoint.mappings,
            timeout_seconds: endpoint.timeout_seconds,
            auth: auth(&endpoint.auth),
            secrets: endpoint.secrets.into_keys().map(|name| (name, MASKED.into())).collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}

fn auth(auth: &Auth) -> Value {
    let mut shown = json!(auth);
    for secret in ["auth_token", "client_secret"] {
        if let Some(value) = shown.get_mut(secret) {
            *value = MASKED.into();
        }
    }
    shown
}
