//! What is said of connections that broke, or never were.

use std::error::Error;
use std::io;

use super::meter::TooMuch;
use crate::endpoints::guard::Refused;
use crate::endpoints::{CallError, CallErrorKind};

/// No response within the time limit.
pub(in crate::endpoints) fn late() -> CallError {
    CallError::new(CallErrorKind::Timeout, "no complete response within the time limit".to_owned())
}

/// A connection that could not be made, or broke.
pub(in crate::endpoints) fn connection(error: &(dyn Error + 'static)) -> CallError {
    let (mut cause, mut last) = (Some(error), error);
    while let Some(this) = cause {
        if let Some(refused) = this.downcast_ref::<Refused>() {
            return refusal(refused);
        }
        if let Some(error) = tls(this) {
            return CallError::new(CallErrorKind::Tls, format!("no trusted TLS connection: {error}"));
        }
        if let Some(much) = hidden::<TooMuch>(this) {
            return CallError::new(CallErrorKind::ResponseTooLarge, much.to_string());
        }
        // What hyper has a question for only where it serves.
        let is_large = |error: &hyper::Error| error.is_parse() && error.to_string().contains("too large");
        if this.downcast_ref::<hyper::Error>().is_some_and(is_large) {
            let why = "the head of the response is too large".to_owned();
            return CallError::new(CallErrorKind::ResponseTooLarge, why);
        }
        (last, cause) = (this, this.source());
    }
    // The innermost cause says most ("connection refused"); the pool's own error says nothing.
    let is_pools = last.is::<hyper_util::client::legacy::Error>();
    let why = if is_pools { "the connection broke".to_owned() } else { last.to_string() };
    CallError::new(CallErrorKind::Network, why)
}

/// A name that is not dialled. One that cannot be resolved now may be later.
fn refusal(refused: &Refused) -> CallError {
    match refused {
        Refused::Forbidden => {
            let mut error = CallError::invalid("url", "may not be called");
            error.reason = format!("{}: {refused}", error.reason);
            error
        }
        Refused::Unknown => CallError::new(CallErrorKind::Network, refused.to_string()),
    }
}

/// What TLS has against the other side.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    error.downcast_ref().or_else(|| hidden(error))
}

/// What an I/O error was made of.
fn hidden<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)?.downcast_ref()
}
