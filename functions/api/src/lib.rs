//! The HTTP API: one file per route in `routes`, and around them what every route has in common.
//!
//! The tenant comes from the credential alone; another tenant's rows do not exist. Whatever cannot be answered
//! as asked is answered as a problem document (RFC 9457) that names the field.

mod app;
mod arming;
mod body;
mod caller;
mod database;
mod event;
mod id;
mod idempotency;
mod identity;
mod items;
mod kick;
mod log;
mod options;
mod paging;
mod problem;
mod query;
mod refusal;
mod routes;
mod storable;
mod table;
mod trace;

pub use app::{App, router};
pub use event::legible;
pub use identity::{Identity, Issuer, Session, SettingsError};
