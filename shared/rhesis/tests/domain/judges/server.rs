//! A judge's API: OpenAI-compatible, on this machine, and replies what the test lays out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What a judge's API does with its next request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Answers with this text.
    Says(&'static str),
    /// Answers with this status.
    Status(u16),
    /// Answers with this JSON, whatever it is.
    Sends(&'static str),
    /// Answers with what is no JSON.
    Garbage,
    /// Never answers.
    Never,
}

/// A judge's API: replies one after the other, the last one for ever.
#[derive(Clone)]
pub(crate) struct Judge {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    pub(crate) asked: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Judge {
    /// The API and its base URL.
    pub(crate) async fn start(replies: &[Reply]) -> (Self, String) {
        let judge =
            Self { replies: Arc::new(Mutex::new(replies.iter().cloned().collect())), asked: Arc::default() };
        let serving = judge.clone();
        let router = Router::new().fallback(async move |uri: Uri, headers: HeaderMap, Json(body)| {
            assert_eq!(uri.path(), "/v1/chat/completions");
            serving.reply(headers, body).await
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (judge, url)
    }

    async fn reply(&self, headers: HeaderMap, body: Value) -> Response {
        self.asked.lock().unwrap().push((headers, body));
        let next = {
            let mut replies = self.replies.lock().unwrap();
            if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
        };
        match next.unwrap() {
            Reply::Says(text) => Json(json!({"choices": [{"message": {"content": text}}]})).into_response(),
            Reply::Status(code) => {
                (StatusCode::from_u16(code).unwrap(), [(header::RETRY_AFTER, "0")], "secret").into_response()
            }
            Reply::Sends(json) => json.into_response(),
            Reply::Garbage => "<html>secret</html>".into_response(),
            Reply::Never => std::future::pending().await,
        }
    }

    pub(crate) fn times(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}
