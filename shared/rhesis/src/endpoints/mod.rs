//! Endpoints: the AI systems under test, called over HTTP or a WebSocket.

mod answer;
mod auth;
mod broken;
mod check;
mod client;
mod deadline;
mod error;
mod fetch;
mod guard;
mod http;
mod language;
mod mapping;
mod names;
mod plain;
mod post;
mod redact;
mod request;
mod rest;
mod retry_after;
mod secrets;
mod stored;
mod target;
mod template;
mod traced;
mod verbs;
mod websocket;
mod wire;

pub use answer::Answer;
pub use auth::{ApiKey, Auth, AuthMethod, ClientCredentials};
pub use client::{Builder, Client, SettingError};
pub use error::{CallError, CallErrorKind};
pub use guard::{Allow, BadAllow, Guard, Lookup};
pub use secrets::{MAX_SECRETS, is_secret_name};
pub(crate) use stored::columns;
pub use stored::{DEFAULT_TIMEOUT, Endpoint, MAX_TIMEOUT, Protocol};
pub use verbs::{Stored, create, delete, find, keep_token, list, replace};
