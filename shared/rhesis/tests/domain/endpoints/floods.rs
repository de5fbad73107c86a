//! Endpoints that never come to the point: whatever they send, a call ends in its time, and few of the bytes are looked at.

use std::time::{Duration, Instant};

use rhesis::endpoints::{CallError, CallErrorKind, Endpoint, Protocol};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::servers::local;

/// How long a call may take.
const LIMIT: Duration = Duration::from_secs(4);
/// How much longer it may, on a machine that has other things to do.
const SLACK: Duration = Duration::from_secs(3);
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// An endpoint that reads a request, says `first`, and then `again` and again with a `pause` between; with a pause of zero as fast as
/// it can. In `first`, `{accept}` is what a WebSocket wants to hear.
async fn flooding(first: &'static [u8], again: &'static [u8], pause: Duration) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(flood(connection, first, again, pause));
        }
    });
    Endpoint::input_output(&format!("http://{address}"))
}

async fn flood(mut connection: TcpStream, first: &[u8], again: &[u8], pause: Duration) {
    let mut request = vec![0; 4096];
    let read = connection.read(&mut request).await.unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..read]).into_owned();
    let key = request.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| derive_accept_key(value.as_bytes()))
    });
    let first = String::from_utf8_lossy(first).replace("{accept}", &key.unwrap_or_default());
    if connection.write_all(first.as_bytes()).await.is_err() {
        return;
    }
    let block = if pause.is_zero() { again.repeat(65_536 / again.len()) } else { again.to_vec() };
    while connection.write_all(&block).await.is_ok() {
        tokio::time::sleep(pause).await;
    }
}

async fn ended(endpoint: &Endpoint, what: &str) -> CallError {
    let began = Instant::now();
    let error = local().at_most(LIMIT).call(endpoint, "hello").await.unwrap_err();
    assert!(began.elapsed() < LIMIT + SLACK, "{what}: {:?}, {error}", began.elapsed());
    error
}

#[tokio::test]
async fn a_flood_over_http_is_cut_off() {
    use CallErrorKind::{InvalidResponse, ResponseTooLarge};
    for (first, again, kind) in [
        (&b""[..], &b"HTTP/1.1 100 Continue\r\n\r\n"[..], InvalidResponse),
        (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", InvalidResponse),
        (b"HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n", ResponseTooLarge),
        (b"HTTP/1.1 200 OK\r\nx-long: ", b"x", ResponseTooLarge),
        (OK, b"1\r\nx\r\n", ResponseTooLarge),
        (OK, b"1;ext=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n \r\n", ResponseTooLarge),
        (OK, b"10000\r\n", ResponseTooLarge),
    ] {
        let what = String::from_utf8_lossy(again);
        let error = ended(&flooding(first, again, Duration::ZERO).await, &what).await;
        // A machine that has other things to do may not come to the bound in time.
        let kinds = [kind, CallErrorKind::Network, CallErrorKind::Timeout];
        assert!(kinds.contains(&error.kind), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_flood_over_a_websocket_is_cut_off() {
    const SOCKET: &[u8] =
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
                            sec-websocket-accept: {accept}\r\n\r\n";
    const FRAGMENTED: &[u8] =
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                                sec-websocket-accept: {accept}\r\n\r\n\x01\x01x";
    for (first, again) in [
        (&b""[..], &b"HTTP/1.1 100 Continue\r\n\r\n"[..]),
        (b"HTTP/1.1 101 Switching Protocols\r\n", b"x-more: and more\r\n"),
        // Pings, pongs, empty messages, one-byte messages, empty binary ones, empty fragments.
        (SOCKET, b"\x89\x00"),
        (SOCKET, b"\x8a\x00"),
        (SOCKET, b"\x81\x00"),
        (SOCKET, b"\x81\x011"),
        (SOCKET, b"\x82\x00"),
        (FRAGMENTED, b"\x00\x00"),
    ] {
        let mut endpoint = flooding(first, again, Duration::ZERO).await;
        endpoint.protocol = Protocol::WebSocket;
        endpoint.url = endpoint.url.replace("http:", "ws:");
        let what = format!("{:?}", &again[..2]);
        let error = ended(&endpoint, &what).await;
        let kinds = [CallErrorKind::ResponseTooLarge, CallErrorKind::InvalidResponse, CallErrorKind::Timeout];
        assert!(kinds.contains(&error.kind), "{what}: {error}");
    }
}

#[tokio::test]
async fn drop_by_drop_is_given_up_at_the_time_limit() {
    let drip = Duration::from_millis(50);
    let calls = [
        (&b"HTTP/1.1 200 OK\r\nx-slow: "[..], &b"x"[..], false),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", false),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", false),
        (OK, b"1\r\n \r\n", false),
        (b"HTTP/1.1 500 Oh\r\nx-slow: ", b"x", false),
        (b"HTTP/1.1 101 Switching Protocols\r\nx-slow: ", b"x", true),
    ]
    .map(|(first, again, socket)| async move {
        let mut endpoint = flooding(first, again, drip).await;
        if socket {
            endpoint.protocol = Protocol::WebSocket;
            endpoint.url = endpoint.url.replace("http:", "ws:");
        }
        ended(&endpoint, &String::from_utf8_lossy(first)).await
    });
    for error in futures::future::join_all(calls).await {
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Timeout, true), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_whose_body_never_ends_is_that_refusal() {
    const BUSY: &[u8] = b"HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n";
    let endpoint = flooding(BUSY, b"1\r\nx\r\n", Duration::from_millis(100)).await;
    let error = ended(&endpoint, "503").await;
    assert_eq!((error.status, error.is_transient()), (Some(503), true));
    assert!(error.response.is_some_and(|body| body.starts_with('x')));
}

#[tokio::test]
async fn an_answer_that_comes_word_by_word_is_read() {
    let word = "word ";
    let body: String = (0..5_000).map(|_| format!("5\r\n{word}\r\n")).collect();
    let response = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}0\r\n\r\n").leak();
    let mut endpoint = flooding(response.as_bytes(), b"\r\n", Duration::from_secs(60)).await;
    endpoint.mappings.clear();
    let answer = local().at_most(LIMIT + SLACK).call(&endpoint, "hello").await.unwrap();
    assert_eq!(answer.body, json!(word.repeat(5_000)));
}
