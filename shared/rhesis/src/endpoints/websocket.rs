//! One message over a WebSocket, and what comes back until the answer is complete.

use futures::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use super::auth::Credential;
use super::conversation::Conversation;
use super::deadline::Deadline;
use super::guard::DialError;
use super::http::refusal;
use super::request::{Prepared, prepare};
use super::rest::MAX_RESPONSE;
use super::{Answer, CallError, CallErrorKind, Client, Endpoint, broken, redact};

pub(super) async fn ask(
    client: &Client,
    endpoint: &Endpoint,
    prompt: &str,
    credential: Option<&Credential>,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let conversation = Conversation::new(endpoint)?;
    let prepared = prepare(endpoint, client.guard(), prompt, credential)?;
    let shown = redact::request("GET", &prepared.url, &prepared.headers, credential);
    let talk = tokio::time::timeout(deadline.left(), talk(client, prepared, conversation));
    talk.await.unwrap_or_else(|_| Err(broken::late())).map_err(|mut error| {
        error.request = shown;
        error
    })
}

async fn talk(client: &Client, prepared: Prepared, conversation: Conversation) -> Result<Answer, CallError> {
    let Prepared { url, way, headers, content } = prepared;
    let stream = client.guard().dial(way, &url).await.map_err(|error| match error {
        DialError::Refused(refused) => broken::refusal(&refused),
        DialError::Unreachable(error) => broken::connection(&error),
    })?;
    if url.scheme() == "ws" {
        return over(stream, &url, headers, content, conversation).await;
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(host).map_err(|_| CallError::invalid("url", "has no host for TLS"))?;
    let stream = TlsConnector::from(client.tls.clone())
        .connect(name, stream)
        .await
        .map_err(|error| broken::connection(&error))?;
    over(stream, &url, headers, content, conversation).await
}

async fn over<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    url: &Url,
    headers: HeaderMap,
    content: Value,
    mut conversation: Conversation,
) -> Result<Answer, CallError> {
    let mut request =
        url.as_str().into_client_request().map_err(|_| CallError::invalid("url", "cannot be requested"))?;
    request.headers_mut().extend(headers);
    let limits =
        WebSocketConfig::default().max_message_size(Some(MAX_RESPONSE)).max_frame_size(Some(MAX_RESPONSE));
    let opened = client_async_with_config(request, stream, Some(limits)).await;
    let (mut socket, _) = opened.map_err(failure)?;
    let message = match content {
        Value::String(text) => text,
        json => json.to_string(),
    };
    socket.send(Message::text(message)).await.map_err(failure)?;
    let answer = listen(&mut socket, &mut conversation).await?;
    // Politeness only: whoever does not answer it keeps nobody waiting.
    socket.close(None).await.ok();
    Ok(answer)
}

async fn listen<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    conversation: &mut Conversation,
) -> Result<Answer, CallError> {
    while let Some(message) = socket.next().await {
        match message.map_err(failure)? {
            Message::Text(text) => {
                if let Some(answer) = conversation.hear(&text)? {
                    return Ok(answer);
                }
            }
            Message::Binary(bytes) => {
                let text = std::str::from_utf8(&bytes).map_err(|_| {
                    CallError::new(CallErrorKind::InvalidResponse, "a message is not UTF-8".to_owned())
                })?;
                if let Some(answer) = conversation.hear(text)? {
                    return Ok(answer);
                }
            }
            Message::Close(frame) => {
                return conversation.end().map_err(|error| closed(error, frame.as_ref()));
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
    conversation.end()
}

/// What is to be said of a connection that was closed before the answer was complete.
fn closed(error: CallError, frame: Option<&CloseFrame>) -> CallError {
    let Some(frame) = frame.filter(|frame| frame.code != CloseCode::Normal) else { return error };
    // Going away, restarting, busy: the WebSocket's 503.
    let again = matches!(frame.code, CloseCode::Away | CloseCode::Restart | CloseCode::Again);
    let kind = if again { CallErrorKind::Network } else { CallErrorKind::InvalidResponse };
    let reason = format!("the connection was closed with code {}", u16::from(frame.code));
    CallError { kind, reason, ..error }
}

fn failure(error: tungstenite::Error) -> CallError {
    use tungstenite::Error as E;
    match error {
        E::Http(response) => {
            let (head, body) = response.into_parts();
            let status = StatusCode::from_u16(head.status.as_u16()).unwrap_or_default();
            refusal(status, &head.headers, &body.unwrap_or_default())
        }
        E::Capacity(_) => {
            let why = format!("the response is larger than {MAX_RESPONSE} bytes");
            CallError::new(CallErrorKind::ResponseTooLarge, why)
        }
        E::Io(error) => broken::connection(&error),
        // Closed without the closing that the protocol has: a broken connection.
        E::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)
        | E::ConnectionClosed
        | E::AlreadyClosed => CallError::new(CallErrorKind::Network, "the connection broke".to_owned()),
        other => CallError::new(CallErrorKind::InvalidResponse, format!("not a WebSocket: {other}")),
    }
}
