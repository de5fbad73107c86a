//! Endpoints to call: an axum router, or raw bytes for what no good server would send.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::IntoResponse;
use axum::{Json, Router};
use rhesis::endpoints::{Allow, Client, Endpoint};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A client that may call this machine.
pub(crate) fn local() -> Client {
    Client::builder().allow(Allow::this_machine()).build().unwrap()
}

/// An endpoint whose every request is answered by `answer`.
pub(crate) async fn answering<R: IntoResponse + Clone + Send + Sync + 'static>(answer: R) -> Endpoint {
    serving(Router::new().fallback(move || std::future::ready(answer.clone()))).await
}

/// An endpoint that answers `{"output": "<method> <uri> <content type> <body>"}`.
pub(crate) async fn echo() -> Endpoint {
    let echo = async |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or("-");
        let text = format!("{method} {uri} {kind} {}", String::from_utf8_lossy(&body));
        axum::Json(serde_json::json!({"output": text}))
    };
    serving(Router::new().fallback(echo)).await
}

/// An endpoint that reads a little, sends these bytes, and waits for ever or closes the connection.
pub(crate) async fn sending(bytes: &'static [u8], then_wait: bool) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = at(&listener);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = connection.read(&mut [0; 4096]).await;
                let _ = connection.write_all(bytes).await;
                if then_wait {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    endpoint
}

/// An endpoint at which nobody listens.
pub(crate) async fn nobody() -> Endpoint {
    at(&TcpListener::bind("127.0.0.1:0").await.unwrap())
}

pub(crate) async fn serving(router: Router) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = at(&listener);
    tokio::spawn(async move { axum::serve(listener, router).await });
    endpoint
}

fn at(listener: &TcpListener) -> Endpoint {
    Endpoint::input_output(&format!("http://{}", listener.local_addr().unwrap()))
}

/// An endpoint that counts how often it is asked.
#[derive(Clone, Default)]
pub(crate) struct Bot(Arc<Mutex<usize>>);

impl Bot {
    pub(crate) async fn start() -> (Self, String) {
        let bot = Self::default();
        let counting = bot.clone();
        let router = Router::new().fallback(move || {
            *counting.0.lock().unwrap() += 1;
            std::future::ready(Json(json!({"output": "a1"})))
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (bot, url)
    }

    pub(crate) fn times(&self) -> usize {
        *self.0.lock().unwrap()
    }
}
