//! Connections to endpoints: dialled where the guard lets them, and bounded in what comes in over them.

pub(super) mod broken;
mod connector;
mod deadline;
mod http;
mod interim;
mod meter;
mod retry_after;
mod stream;

pub(super) use deadline::Deadline;
pub(super) use http::{Http, read, refusal};
pub(super) use interim::bounded;
pub(super) use meter::Meter;
pub(super) use stream::{Stream, connect};

use crate::endpoints::response::MAX_RESPONSE;

/// The most that comes in over a connection for one response, in bytes, however it is packed. Four times what is read of a body: an
/// answer that is sent word by word, or its words in chunks of two bytes, still passes.
pub(super) const MAX_WIRE: usize = 4 * MAX_RESPONSE;
/// The same for a conversation over a WebSocket, whose frames cost two to ten bytes each.
pub(super) const MAX_SOCKET_WIRE: usize = 2 * MAX_RESPONSE;
/// The most pieces of one response: chunks of a body, or messages and pings of a WebSocket. Far more than the tokens of an answer,
/// and so few that handling them takes milliseconds.
pub(super) const MAX_PIECES: usize = 65_536;
/// The most headers of one response.
pub(super) const MAX_HEADERS: usize = 512;
