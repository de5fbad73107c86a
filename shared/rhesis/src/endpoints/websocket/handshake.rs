use futures::TryFutureExt as _;
use http::header::{
    CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::upgrade::{self, Upgraded};
use hyper_util::rt::TokioIo;
use reqwest::header::HeaderMap;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::frames::Watched;
use crate::endpoints::response::{MAX_EXCERPT, MAX_RESPONSE};
use crate::endpoints::wire::{MAX_HEADERS, MAX_SOCKET_WIRE, Meter, Stream, bounded, broken, read, refusal};
use crate::endpoints::{CallError, CallErrorKind};

/// A connection over which messages go.
pub(super) type Socket = WebSocketStream<Watched<TokioIo<Upgraded>>>;

/// How much a socket reads at a time, in bytes. A batch has ten of them.
const READ_BUFFER: usize = 16 * 1024;

/// Agrees on a WebSocket (RFC 6455, 4.1).
pub(super) async fn open(stream: Stream, url: &Url, headers: HeaderMap) -> Result<Socket, CallError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        .title_case_headers(true)
        .handshake(TokioIo::new(Meter::in_all(stream, MAX_SOCKET_WIRE)))
        .await
        .map_err(|error| broken::connection(&error))?;
    // It ends with this function, at the latest.
    let mut connections = JoinSet::new();
    connections.spawn(connection.with_upgrades().unwrap_or_else(|_| ()));
    let key = generate_key();
    let request = request(url, headers, &key)?;
    let mut response = bounded(request, |request| sender.send_request(request)).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let mut body = Vec::new();
        read(response.body_mut(), MAX_EXCERPT, &mut body).await.ok();
        return Err(refusal(response.status(), response.headers(), &body));
    }
    agreed(response.headers(), &key).map_err(|why| {
        CallError::new(CallErrorKind::InvalidResponse, format!("not a WebSocket: the response {why}"))
    })?;
    let upgraded = upgrade::on(response).await.map_err(|error| broken::connection(&error))?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_RESPONSE))
        .max_frame_size(Some(MAX_RESPONSE))
        .read_buffer_size(READ_BUFFER);
    let watched = Watched::new(TokioIo::new(upgraded));
    Ok(WebSocketStream::from_raw_socket(watched, Role::Client, Some(limits)).await)
}

fn request(url: &Url, headers: HeaderMap, key: &str) -> Result<Request<Empty<Bytes>>, CallError> {
    let refuse = || CallError::invalid("url", "cannot be requested");
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, None) => host.to_owned(),
        (host, Some(port)) => format!("{host}:{port}"),
    };
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut request = Request::get(path).body(Empty::new()).map_err(|_| refuse())?;
    *request.headers_mut() = headers;
    for (name, value) in [
        (HOST, host.as_str()),
        (CONNECTION, "Upgrade"),
        (UPGRADE, "websocket"),
        (SEC_WEBSOCKET_VERSION, "13"),
        (SEC_WEBSOCKET_KEY, key),
    ] {
        request.headers_mut().insert(name, HeaderValue::from_str(value).map_err(|_| refuse())?);
    }
    Ok(request)
}

/// What the response to the handshake lacks, or has too much.
fn agreed(headers: &HeaderMap, key: &str) -> Result<(), &'static str> {
    if !says(headers, &UPGRADE, "websocket") {
        return Err("has no `Upgrade: websocket`");
    }
    if !says(headers, &CONNECTION, "upgrade") {
        return Err("has no `Connection: Upgrade`");
    }
    let accepted = headers.get(SEC_WEBSOCKET_ACCEPT).map(|accept| accept.as_bytes().trim_ascii());
    if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err("has no `Sec-WebSocket-Accept` for this request");
    }
    let is_given = |name| headers.get_all(name).iter().any(|value| !value.is_empty());
    if is_given(SEC_WEBSOCKET_EXTENSIONS) || is_given(SEC_WEBSOCKET_PROTOCOL) {
        return Err("has an extension or a protocol that was not asked for");
    }
    Ok(())
}

/// Whether a header that is a list has a word, whatever else it has, in large or small letters, on one line or several.
fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|said| said.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(lines: &[(&'static str, &str)]) -> Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        agreed(&headers, "dGhlIHNhbXBsZSBub25jZQ==")
    }

    const ACCEPT: (&str, &str) = ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    #[test]
    fn connection_and_upgrade_are_lists_of_words() {
        for connection in [
            "Upgrade",
            "upgrade",
            "keep-alive, Upgrade",
            "Keep-Alive ,UPGRADE",
            "upgrade, close",
            ",,upgrade",
        ] {
            for upgrade in ["websocket", "WebSocket", "h2c, websocket"] {
                assert_eq!(answer(&[("connection", connection), ("upgrade", upgrade), ACCEPT]), Ok(()));
            }
        }
        let lines =
            [("connection", "keep-alive"), ("connection", "Upgrade"), ("upgrade", "websocket"), ACCEPT];
        assert_eq!(answer(&lines), Ok(()));
    }

    #[test]
    fn what_is_no_agreement_is_refused() {
        for (lines, why) in [
            (vec![("connection", "upgrade"), ACCEPT], "Upgrade: websocket"),
            (vec![("connection", "upgraded"), ("upgrade", "websocket"), ACCEPT], "Connection: Upgrade"),
            (vec![("connection", "keep-alive"), ("upgrade", "websocket"), ACCEPT], "Connection: Upgrade"),
            (vec![("connection", "upgrade"), ("upgrade", "websockets"), ACCEPT], "Upgrade: websocket"),
            (vec![("connection", "upgrade"), ("upgrade", "websocket")], "Sec-WebSocket-Accept"),
            (
                vec![("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-accept", "x")],
                "Accept",
            ),
            (
                vec![
                    ("connection", "upgrade"),
                    ("upgrade", "websocket"),
                    ACCEPT,
                    ("sec-websocket-extensions", "permessage-deflate"),
                ],
                "extension",
            ),
        ] {
            let problem = answer(&lines).unwrap_err();
            assert!(problem.contains(why), "{problem}");
        }
    }
}
