//! What is said of connections that broke, or never were.

use std::error::Error;
use std::io;

use super::guard::Refused;
use super::{CallError, CallErrorKind};

/// An exchange that gave no response.
pub(super) fn request(error: &reqwest::Error) -> CallError {
    if error.is_timeout() {
        return late();
    }
    if error.is_builder() {
        return CallError::invalid("url", "cannot be requested");
    }
    connection(error)
}

/// No response within the time limit.
pub(super) fn late() -> CallError {
    CallError::new(CallErrorKind::Timeout, "no complete response within the time limit".to_owned())
}

/// A connection that could not be made, or broke.
pub(super) fn connection(error: &(dyn Error + 'static)) -> CallError {
    let (mut cause, mut last) = (Some(error), error);
    while let Some(this) = cause {
        if let Some(refused) = this.downcast_ref::<Refused>() {
            return refusal(refused);
        }
        if let Some(error) = tls(this) {
            return CallError::new(CallErrorKind::Tls, format!("no trusted TLS connection: {error}"));
        }
        (last, cause) = (this, this.source());
    }
    // The innermost cause says most ("connection refused") and, unlike the outermost, does not quote the URL.
    let why = if last.is::<reqwest::Error>() { "the connection broke".to_owned() } else { last.to_string() };
    CallError::new(CallErrorKind::Network, why)
}

/// A name that is not dialled. One that cannot be resolved now may be later.
pub(super) fn refusal(refused: &Refused) -> CallError {
    match refused {
        Refused::Forbidden => {
            let mut error = CallError::invalid("url", "may not be called");
            error.reason = format!("{}: {refused}", error.reason);
            error
        }
        Refused::Unknown => CallError::new(CallErrorKind::Network, refused.to_string()),
    }
}

/// What TLS has against the other side; rustls hides it in an I/O error.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.downcast_ref().or_else(|| hidden?.downcast_ref())
}
