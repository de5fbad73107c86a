//! Endpoints: the AI systems under test, called over HTTP.

mod answer;
mod client;
mod error;
mod mapping;
mod redact;
mod request;
mod retry_after;
mod stored;
mod target;
mod template;

pub use answer::Answer;
pub use client::Client;
pub use error::{CallError, CallErrorKind};
pub use stored::{Endpoint, create};
