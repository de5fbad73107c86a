//! Endpoints: the AI systems under test, called over HTTP or a WebSocket.

mod auth;
mod client;
mod error;
mod guard;
mod names;
mod plain;
mod request;
mod response;
mod secrets;
mod stored;
mod websocket;
mod wire;

pub use auth::{ApiKey, Auth, AuthMethod, ClientCredentials};
pub use client::{Builder, Client, SettingError};
pub use error::{CallError, CallErrorKind};
pub use guard::{Allow, BadAllow, Guard, Lookup};
pub use response::Answer;
pub use secrets::{MAX_SECRETS, is_secret_name};
pub(crate) use stored::columns;
pub use stored::{
    DEFAULT_TIMEOUT, Endpoint, LIST, MAX_TIMEOUT, Protocol, Stored, create, delete, find, keep_token, list,
    replace,
};
