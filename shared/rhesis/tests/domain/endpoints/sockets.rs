//! Endpoints that are spoken to over a WebSocket.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use rhesis::endpoints::{Answer, CallError, CallErrorKind, Endpoint, Protocol};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::servers::local;

type Socket = WebSocketStream<TcpStream>;

/// An endpoint whose every conversation goes as `talk` says, after the first message was read.
async fn talking<F, T>(talk: F) -> Endpoint
where
    F: Fn(Socket, String) -> T + Clone + Send + 'static,
    T: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = at(&listener);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let talk = talk.clone();
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                let Some(Ok(Message::Text(text))) = socket.next().await else { return };
                talk(socket, text.to_string()).await;
            });
        }
    });
    endpoint
}

fn at(listener: &TcpListener) -> Endpoint {
    let mut endpoint = Endpoint::input_output(&format!("ws://{}/chat", listener.local_addr().unwrap()));
    endpoint.protocol = Protocol::WebSocket;
    endpoint
}

async fn call(endpoint: &Endpoint) -> Result<Answer, CallError> {
    local().at_most(Duration::from_secs(2)).call(endpoint, "say \"hi\"").await
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

#[tokio::test]
async fn the_rendered_template_is_sent_and_the_first_output_is_the_answer() {
    let endpoint = talking(|mut socket: Socket, text| async move {
        socket.send(Message::text("welcome")).await.unwrap();
        say(&mut socket, &json!({"status": "thinking"})).await;
        say(&mut socket, &json!({"output": text})).await;
        // It stays open: the answer is complete nevertheless.
        std::future::pending::<()>().await;
    });
    assert_eq!(call(&endpoint.await).await.unwrap().body, json!({"output": r#"{"input":"say \"hi\""}"#}));
}

#[tokio::test]
async fn the_last_output_before_the_end_is_the_answer_where_the_end_is_said() {
    let mut endpoint = talking(|mut socket: Socket, _| async move {
        for text in ["h", "hi", "hi!"] {
            say(&mut socket, &json!({"output": text})).await;
        }
        say(&mut socket, &json!({"end": true})).await;
        std::future::pending::<()>().await;
    })
    .await;
    endpoint.mappings.insert("done".to_owned(), json!("$.end"));
    assert_eq!(call(&endpoint).await.unwrap().body, json!({"output": "hi!"}));
}

#[tokio::test]
async fn without_mappings_all_that_is_said_until_the_server_closes_is_the_answer() {
    let mut endpoint = talking(|mut socket: Socket, _| async move {
        for text in ["one ", "two"] {
            socket.send(Message::text(text)).await.unwrap();
        }
        socket.close(None).await.unwrap();
    })
    .await;
    endpoint.mappings.clear();
    assert_eq!(call(&endpoint).await.unwrap().body, json!("one two"));
}

#[tokio::test]
async fn a_server_that_never_answers_or_breaks_off_is_worth_another_try() {
    let silent = talking(|socket: Socket, _| async move {
        std::future::pending::<()>().await;
        drop(socket);
    });
    let error = call(&silent.await).await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Timeout, true));
    assert_eq!(error.request["url"].as_str().map(|url| url.ends_with("/chat")), Some(true));
    let cut = talking(|socket: Socket, _| async move { drop(socket) });
    let error = call(&cut.await).await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Network, true), "{error}");
    let busy = talking(|mut socket: Socket, _| async move {
        let frame = CloseFrame { code: CloseCode::Again, reason: "secret".into() };
        socket.close(Some(frame)).await.unwrap();
    });
    let error = call(&busy.await).await.unwrap_err();
    assert_eq!(
        (error.is_transient(), error.reason.as_str()),
        (true, "the connection was closed with code 1013 before the answer was complete")
    );
    assert_eq!(error.response.as_deref(), Some("secret"), "shown to its user, and in no log");
}

#[tokio::test]
async fn a_server_that_says_too_much_or_nothing_of_use_is_a_permanent_error() {
    let huge = talking(|mut socket: Socket, _| async move {
        socket.send(Message::text("x".repeat(3 << 20))).await.ok();
    });
    assert_eq!(call(&huge.await).await.unwrap_err().kind, CallErrorKind::ResponseTooLarge);
    let unmapped = talking(|mut socket: Socket, _| async move {
        say(&mut socket, &json!({"text": "hi"})).await;
        socket.close(None).await.unwrap();
    });
    let error = call(&unmapped.await).await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false));
    assert!(error.reason.contains("response_mappings.output"), "{error}");
}

#[tokio::test]
async fn a_refused_handshake_says_with_which_status() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = at(&listener);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let refusal = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(refusal).await;
        }
    });
    let error = call(&endpoint).await.unwrap_err();
    assert_eq!((error.status, error.is_transient()), (Some(503), true), "{error}");
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_part_of_an_answer_is_none_whatever_ends_the_connection() {
    for code in [1001, 1002, 1011, 1012, 1013, 4000] {
        let mut endpoint = talking(move |mut socket: Socket, _| async move {
            socket.send(Message::text("half an ans")).await.unwrap();
            let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
            socket.close(Some(frame)).await.unwrap();
        })
        .await;
        endpoint.mappings.clear();
        let error = call(&endpoint).await.unwrap_err();
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Network, true), "{code}: {error}");
        assert!(error.reason.contains(&code.to_string()) && error.response.as_deref() == Some("half an ans"));
    }
    for done in [false, true] {
        let mut cut = talking(|mut socket: Socket, _| async move {
            say(&mut socket, &json!({"output": "half an ans"})).await;
            drop(socket);
        })
        .await;
        cut.mappings.clear();
        if done {
            cut.mappings = [("output", "$.output"), ("done", "$.end")]
                .map(|(key, path)| (key.to_owned(), json!(path)))
                .into_iter()
                .collect();
        }
        let error = call(&cut).await.unwrap_err();
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Network, true), "{error}");
    }
}

/// An endpoint that sends these bytes as they are.
async fn sending(bytes: &'static [u8]) -> Endpoint {
    let mut endpoint = talking(move |mut socket: Socket, _| async move {
        socket.get_mut().write_all(bytes).await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    endpoint.mappings.clear();
    endpoint
}

#[tokio::test]
async fn a_closing_within_a_message_is_no_end_of_an_answer() {
    for bytes in [
        &b"\x81\x05half \x01\x02an\x88\x02\x03\xe8"[..],
        b"\x81\x05half \x01\x02an\x88\x00",
        b"\x81\x05half \x01\x02an\x89\x00\x00\x01 \x88\x02\x03\xe8",
        b"\x82\x05half \x02\x02an\x88\x02\x03\xe8",
    ] {
        let error = call(&sending(bytes).await).await.unwrap_err();
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Network, true), "{bytes:?}: {error}");
        assert_eq!(error.response.as_deref(), Some("half "));
    }
    let whole = b"\x01\x05half \x89\x00\x00\x02an\x80\x04swer\x88\x02\x03\xe8";
    assert_eq!(call(&sending(whole).await).await.unwrap().body, json!("half answer"));
}

#[tokio::test]
async fn a_code_that_nobody_may_send_is_told_as_it_was_sent() {
    for (bytes, code) in [
        (&b"\x81\x04half\x88\x02\x03\xf6"[..], 1014),
        (b"\x81\x04half\x88\x06\x03\xedbecs", 1005),
        (b"\x81\x04half\x88\x02\x07\xd0", 2000),
    ] {
        let error = call(&sending(bytes).await).await.unwrap_err();
        assert!(error.is_transient() && error.reason.contains(&format!("with code {code} ")), "{error}");
        assert_eq!(error.response.as_deref(), Some("half"));
    }
}

#[tokio::test]
async fn a_closing_before_the_end_that_was_to_be_said_is_an_error() {
    let mut endpoint = talking(|mut socket: Socket, _| async move {
        say(&mut socket, &json!({"output": "half an ans"})).await;
        socket.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })).await.unwrap();
    })
    .await;
    endpoint.mappings.insert("done".to_owned(), json!("$.end"));
    let error = call(&endpoint).await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false));
    assert!(error.reason.contains("response_mappings.done"), "{error}");
}

#[tokio::test]
async fn a_binary_message_is_a_text_or_an_error_that_says_so() {
    let text = talking(|mut socket: Socket, _| async move {
        socket.send(Message::binary(r#"{"output": "hi"}"#)).await.unwrap();
        std::future::pending::<()>().await;
    });
    assert_eq!(call(&text.await).await.unwrap().body, json!({"output": "hi"}));
    let noise = talking(|mut socket: Socket, _| async move {
        socket.send(Message::binary(vec![0xff, 0xfe, 0x00])).await.unwrap();
        std::future::pending::<()>().await;
    });
    let error = call(&noise.await).await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false));
    assert_eq!(error.reason, "a message is not UTF-8");
}

#[tokio::test]
async fn an_output_that_is_no_text_is_one_as_it_is_over_http() {
    let endpoint = talking(|mut socket: Socket, _| async move {
        say(&mut socket, &json!({"output": null})).await;
        say(&mut socket, &json!({"output": false})).await;
        std::future::pending::<()>().await;
    });
    assert_eq!(call(&endpoint.await).await.unwrap().output().as_deref(), Some("false"));
}

#[tokio::test]
async fn the_secret_is_masked_in_the_reason_of_a_closing() {
    let mut endpoint = talking(|mut socket: Socket, _| async move {
        let frame = CloseFrame { code: CloseCode::Error, reason: "no user for s3cr3t-t0ken".into() };
        socket.close(Some(frame)).await.unwrap();
    })
    .await;
    let keys = rhesis::secrets::Keys::parse("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap();
    endpoint.auth =
        rhesis::endpoints::Auth::BearerToken { auth_token: keys.seal(&"s3cr3t-t0ken".into()).unwrap() };
    let allow = rhesis::endpoints::Allow::this_machine();
    let client = rhesis::endpoints::Client::builder().allow(allow).keys(keys).build().unwrap();
    let error = client.call(&endpoint, "hi").await.unwrap_err();
    assert_eq!(error.response.as_deref(), Some("no user for ***"));
}
