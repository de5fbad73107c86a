use serde_json::{Map, Value, json};
use sqlx::types::chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

use crate::endpoints::Auth;
use crate::endpoints::auth::Token;
use crate::secrets::{Keys, Sealed};

/// How long a call may take unless its endpoint says otherwise, in seconds.
pub const DEFAULT_TIMEOUT: i32 = 30;
/// The longest that it may say.
pub const MAX_TIMEOUT: i32 = 60;

/// How to call an AI system, and what to read from its answer.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Endpoint {
    /// What it is, for users.
    pub description: Option<String>,
    /// The project that a caller says it belongs to; projects are not ours.
    pub project_id: Option<String>,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// GET, POST, PUT, PATCH or DELETE. GET sends the rendered template as query parameters, the others as body.
    pub method: String,
    /// Absolute URL, http or https, ws or wss.
    pub url: String,
    /// Appended to the path of the URL.
    #[sqlx(rename = "endpoint_path")]
    pub path: Option<String>,
    /// Header names and values; a value may say `{{ auth_token }}` and `{{ secrets.NAME }}`.
    #[sqlx(rename = "request_headers", json)]
    pub headers: Map<String, Value>,
    /// Query parameters, added to those of the URL; texts are Jinja templates over `input`, or `{{ secrets.NAME }}`.
    #[sqlx(rename = "query_params", json)]
    pub query: Map<String, Value>,
    /// JSON whose strings are Jinja templates over `input`, the prompt.
    #[sqlx(rename = "request_body_template")]
    pub template: Value,
    /// Key of the mapped answer → JSON path into the response. Empty: the whole response.
    #[sqlx(rename = "response_mappings", json)]
    pub mappings: Map<String, Value>,
    /// How long a call may take, in seconds, 1 to 60, everything included.
    pub timeout_seconds: i32,
    /// How a call proves who asks.
    #[sqlx(json)]
    pub auth: Auth,
    /// What else is secret, by the names under which headers and query parameters ask for it: `{{ secrets.NAME }}`.
    #[sqlx(json)]
    pub secrets: BTreeMap<String, Sealed>,
    #[sqlx(flatten)]
    pub(in crate::endpoints) kept: Kept,
}

/// How an endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum Protocol {
    /// A request and a response over HTTP.
    #[sqlx(rename = "REST")]
    Rest,
    /// A message and its answer over a WebSocket.
    #[sqlx(rename = "WebSocket")]
    WebSocket,
}

impl Protocol {
    /// The plain scheme and the encrypted one.
    pub(in crate::endpoints) fn schemes(self) -> [&'static str; 2] {
        match self {
            Self::Rest => ["http", "https"],
            Self::WebSocket => ["ws", "wss"],
        }
    }
}

/// What a row has of its own; empty for an endpoint that is not stored.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub(in crate::endpoints) struct Kept {
    pub(in crate::endpoints) endpoint_id: Uuid,
    pub(in crate::endpoints) endpoint_updated_at: DateTime<Utc>,
    pub(in crate::endpoints) endpoint_deleted_at: Option<DateTime<Utc>>,
    pub(in crate::endpoints) last_token: Option<Sealed>,
    pub(in crate::endpoints) last_token_expires_at: Option<DateTime<Utc>>,
}

/// The columns of an [`Endpoint`], of the table alias `e`.
macro_rules! columns {
    () => {
        "e.description, e.project_id, e.protocol, e.method, e.url, e.endpoint_path, e.request_headers, e.query_params,
         e.request_body_template,         e.response_mappings, e.timeout_seconds, e.auth, e.secrets, e.id as endpoint_id, e.updated_at as endpoint_updated_at,
         e.deleted_at as endpoint_deleted_at, e.last_token, e.last_token_expires_at"
    };
}
pub(crate) use columns;

impl Endpoint {
    /// An endpoint that takes `{"input": prompt}` by POST and answers `{"output": answer}`.
    pub fn input_output(url: &str) -> Self {
        Self {
            description: None,
            project_id: None,
            protocol: Protocol::Rest,
            method: "POST".to_owned(),
            url: url.to_owned(),
            path: None,
            headers: Map::new(),
            query: Map::new(),
            template: json!({"input": "{{ input }}"}),
            mappings: Map::from_iter([("output".to_owned(), json!("$.output"))]),
            timeout_seconds: DEFAULT_TIMEOUT,
            auth: Auth::None,
            secrets: BTreeMap::new(),
            kept: Kept::default(),
        }
    }

    /// How long a call may take.
    pub(in crate::endpoints) fn time_limit(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.clamp(1, MAX_TIMEOUT).unsigned_abs().into())
    }

    /// The token that an earlier process left in the row, if it can be read.
    pub(in crate::endpoints) fn last_token(&self, keys: &Keys) -> Option<Token> {
        let secret = keys.open(self.kept.last_token.as_ref()?).ok()?;
        Some(Token { secret, expires_at: SystemTime::from(self.kept.last_token_expires_at?) })
    }
}

impl Protocol {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "REST",
            Self::WebSocket => "WebSocket",
        }
    }

    /// The protocol of this name.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Rest, Self::WebSocket].into_iter().find(|protocol| protocol.as_str() == word)
    }
}
