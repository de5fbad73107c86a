//! One message over a WebSocket, and what comes back until the answer is complete.

mod closing;
mod conversation;
mod frames;
mod handshake;

use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::endpoints::request::{Prepared, prepare_apart, redacted};
use crate::endpoints::response::MAX_RESPONSE;
use crate::endpoints::secrets::Opened;
use crate::endpoints::wire::{Deadline, MAX_PIECES, broken, connect};
use crate::endpoints::{Answer, CallError, CallErrorKind, Client, Endpoint};
use crate::programs::apart_with;
use conversation::Conversation;
use handshake::Socket;

/// A message up to this many bytes is read where it arrives: a thread would cost more.
const SMALL: usize = 8 * 1024;

pub(super) async fn ask(
    client: &Client,
    endpoint: &Endpoint,
    prompt: &str,
    opened: &Opened,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let conversation = Conversation::new(endpoint)?;
    let prepared = prepare_apart(endpoint, client.guard(), prompt, opened).await?;
    let shown = redacted("GET", &prepared.url, &prepared.headers, opened);
    let talk = tokio::time::timeout(deadline.left(), talk(client, prepared, conversation));
    talk.await.unwrap_or_else(|_| Err(broken::late())).map_err(|mut error| {
        error.request = shown;
        error
    })
}

async fn talk(client: &Client, prepared: Prepared, conversation: Conversation) -> Result<Answer, CallError> {
    let Prepared { url, way, headers, content } = prepared;
    let stream = connect(client.guard(), &client.tls, way, &url).await;
    let stream = stream.map_err(|error| broken::connection(error.as_ref()))?;
    let mut socket = handshake::open(stream, &url, headers).await?;
    socket.send(Message::text(content.written())).await.map_err(failure)?;
    let answer = listen(&mut socket, conversation).await?;
    // Politeness only: whoever does not take it keeps nobody waiting.
    socket.close(None).now_or_never();
    Ok(answer)
}

async fn listen(socket: &mut Socket, mut conversation: Conversation) -> Result<Answer, CallError> {
    for _ in 0..MAX_PIECES {
        let Some(message) = socket.next().await else { return Err(closing::cut()) };
        let text = match message.map_err(failure)? {
            Message::Text(text) => text,
            Message::Binary(bytes) => bytes.try_into().map_err(|_| not_text())?,
            Message::Close(frame) => {
                let frames = socket.get_ref().frames();
                return conversation.closed(closing::as_sent(frame, frames.code()), frames.are_unfinished());
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
        };
        let heard = if text.len() <= SMALL {
            conversation.hear(&text)
        } else {
            let memory = conversation.memory(&text);
            let hear = move || {
                let heard = conversation.hear(&text);
                (conversation, heard)
            };
            let (back, heard) = apart_with(memory, hear)
                .await
                .map_err(|broken| CallError::invalid("response_mappings", &broken.to_string()))?;
            conversation = back;
            heard
        };
        if let Some(answer) = heard? {
            return Ok(answer);
        }
    }
    let why = format!("the response comes in more than {MAX_PIECES} messages");
    Err(CallError::new(CallErrorKind::ResponseTooLarge, why))
}

fn not_text() -> CallError {
    CallError::new(CallErrorKind::InvalidResponse, "a message is not UTF-8".to_owned())
}

fn failure(error: tungstenite::Error) -> CallError {
    use tungstenite::Error as E;
    match error {
        E::Capacity(_) => {
            let why = format!("the response is larger than {MAX_RESPONSE} bytes");
            CallError::new(CallErrorKind::ResponseTooLarge, why)
        }
        E::Io(error) => broken::connection(&error),
        // Closed without the closing that the protocol has: a broken connection.
        E::Protocol(ProtocolError::ResetWithoutClosingHandshake) | E::ConnectionClosed | E::AlreadyClosed => {
            closing::cut()
        }
        E::Utf8(_) => not_text(),
        other => CallError::new(CallErrorKind::InvalidResponse, format!("not a WebSocket: {other}")),
    }
}
