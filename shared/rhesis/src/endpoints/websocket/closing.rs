//! What it means that a connection ends.

use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::endpoints::{CallError, CallErrorKind};

/// Whether a closing says that all was said: code 1000, or none.
pub(super) fn is_clean(frame: Option<&CloseFrame>) -> bool {
    frame.is_none_or(|frame| u16::from(frame.code) == 1000)
}

/// A closing with the code that was sent: of one that nobody may send, the library makes 1002.
pub(super) fn as_sent(frame: Option<CloseFrame>, code: Option<u16>) -> Option<CloseFrame> {
    frame.map(|frame| match code {
        Some(code) if code != u16::from(frame.code) => {
            CloseFrame { code: CloseCode::from(code), reason: Utf8Bytes::default() }
        }
        _ => frame,
    })
}

/// Closed in the middle of a message, whatever its code says.
pub(super) fn within_message(heard: String) -> CallError {
    let why = "the connection was closed within a message".to_owned();
    CallError { response: Some(heard), ..CallError::new(CallErrorKind::Network, why) }
}

/// Closed for another reason than that all was said.
///
/// The server's own reason may quote the prompt: it is kept as what it answered, and not part of the text.
pub(super) fn unclean(frame: &CloseFrame, heard: String) -> CallError {
    let code = u16::from(frame.code);
    let kind = match code {
        // What was sent is not understood, not allowed or too large; it would not be another time. A WebSocket's 4xx.
        1003 | 1007..=1010 => CallErrorKind::InvalidResponse,
        _ => CallErrorKind::Network,
    };
    let why = format!("the connection was closed with code {code} before the answer was complete");
    let said = if frame.reason.is_empty() { heard } else { frame.reason.to_string() };
    CallError { response: Some(said), ..CallError::new(kind, why) }
}

/// Ended without a closing.
pub(super) fn cut() -> CallError {
    CallError::new(CallErrorKind::Network, "the connection broke".to_owned())
}
