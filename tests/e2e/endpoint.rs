use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};

use crate::server::Server;

/// An AI endpoint on this machine that does what the prompt says: `yes` and `no` are answered, `500` fails for good, `busy`
/// is too busy the first time, `slow` takes two seconds.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    asked: Asked,
    _server: Server,
}

type Asked = Arc<Mutex<HashMap<String, usize>>>;

impl Endpoint {
    pub(crate) async fn start() -> Self {
        let asked = Asked::default();
        let router = Router::new().route("/", post(answer)).with_state(asked.clone());
        Self { asked, ..Self::of(router).await }
    }

    /// One that does what the router says, and counts nothing.
    pub(crate) async fn of(router: Router) -> Self {
        let server = Server::start(router).await;
        Self { url: server.url.clone(), asked: Asked::default(), _server: server }
    }

    /// How often each prompt was asked.
    pub(crate) fn asked(&self) -> HashMap<String, usize> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(asked): State<Asked>, Json(request): Json<Value>) -> Response {
    let prompt = request["input"].as_str().unwrap_or_default().to_owned();
    let times = {
        let mut asked = asked.lock().unwrap();
        let times = asked.entry(prompt.clone()).or_default();
        *times += 1;
        *times
    };
    let word = prompt.split_whitespace().next().unwrap_or_default();
    match word {
        "500" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "busy" if times == 1 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Json(json!({ "output": "yes" })).into_response()
        }
        "no" => Json(json!({ "output": "no" })).into_response(),
        _ => Json(json!({ "output": " yes\n" })).into_response(),
    }
}
