//! Endpoints as they are stored.

mod check;
mod endpoint;
mod verbs;

pub(crate) use endpoint::columns;
pub use endpoint::{DEFAULT_TIMEOUT, Endpoint, MAX_TIMEOUT, Protocol};
pub use verbs::{LIST, Stored, create, delete, find, keep_token, list, replace};
