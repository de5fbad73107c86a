//! The HTTP API: a room per resource in `routes`, and beside them the
//! pages made of them (`console`), and around them what all have in common: how a request is read (`request`),
//! what an answer is made with (`answer`), what happens before and after (`middleware`).
//!
//! The tenant comes from the credential alone; another tenant's rows do not exist. Whatever cannot be answered
//! as asked is answered as a problem document (RFC 9457) that names the field.

mod answer;
mod app;
mod console;
mod database;
mod document;
mod identity;
mod kick;
mod long_calls;
mod middleware;
mod request;
mod routes;
mod sdk;

pub use app::{App, router};
pub use document::{document, documents};
pub use identity::{Identity, Issuer, Session, SettingsError};
pub use long_calls::{bounds, bounds_from_env};
pub use middleware::event::legible;
