//! One tenant that asks for all the API's time, and another that asks for little.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::endpoint::Endpoint;
use crate::server::Server;
use crate::stack::{Stack, Tenant};

/// As many requests come at once, of which some hold an instance; with those that are held they are fewer than the API's 20.
const AT_ONCE: usize = 10;
/// So often: in all they are twice the API's instances.
const WAVES: usize = 4;
/// What one user may hold at a time.
const OF_USER: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a greedy request.
struct Answer {
    status: StatusCode,
    retry_after: Option<String>,
    detail: String,
}

/// An endpoint that answers nobody until it may.
struct Held {
    server: Server,
    asked: Arc<AtomicUsize>,
    may_answer: Arc<Semaphore>,
}

impl Held {
    async fn start() -> Self {
        let (asked, may_answer) = (Arc::<AtomicUsize>::default(), Arc::new(Semaphore::new(0)));
        let (count, gate) = (asked.clone(), may_answer.clone());
        let router = Router::new().fallback(async move || {
            count.fetch_add(1, Ordering::SeqCst);
            let _gone = gate.acquire().await.map(|permit| permit.forget());
            r#"{"output": "yes"}"#
        });
        Self { server: Server::start(router).await, asked, may_answer }
    }
}

/// Sends the same request many times at once.
fn wave(answers: &mut JoinSet<Answer>, tenant: &Tenant, method: &Method, path: &str, body: Option<&Value>) {
    for _ in 0..AT_ONCE {
        let request = tenant.request(method.clone(), path, body.cloned());
        answers.spawn(async move {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let retry_after =
                answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            Answer { status, retry_after, detail: answer.text().await.unwrap() }
        });
    }
}

/// The next so many answers, all of which are refusals that say when to come again.
async fn refusals(answers: &mut JoinSet<Answer>, n: usize) {
    for _ in 0..n {
        let next = tokio::time::timeout(PATIENCE, answers.join_next()).await;
        let answer = next.expect("nobody is refused, nobody is answered").unwrap().unwrap();
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.detail);
        assert!(answer.detail.contains("At most 3 requests of one user"), "{}", answer.detail);
        assert!(
            answer.retry_after.is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0))
        );
    }
}

#[tokio::test]
async fn a_tenant_that_asks_for_every_long_call_there_is_holds_up_nothing_of_another() {
    let stack = Stack::here();
    let greedy = stack.tenant(&["yes"], Endpoint::start().await).await;
    let modest = stack.tenant(&["yes"], Endpoint::start().await).await;
    let held = Held::start().await;
    let endpoint = json!({ "name": "Slow", "url": held.server.url, "timeout_seconds": 60 });
    let (status, made) = greedy.call(Method::POST, "/endpoints", Some(endpoint)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let invoke = format!("/endpoints/{}/invoke", made["id"].as_str().unwrap());
    let task = greedy.start("/tasks/count_test_sets", json!({ "args": {}, "countdown": 3000 })).await;

    let mut answers = JoinSet::new();
    let prompt = json!({ "input": "x" });
    wave(&mut answers, &greedy, &Method::POST, &invoke, Some(&prompt));
    refusals(&mut answers, AT_ONCE - OF_USER).await;
    assert_eq!(held.asked.load(Ordering::SeqCst), OF_USER);

    // While as many as may are held, and more of both kinds come, the other tenant is served, and may wait itself.
    let wait = format!("/tasks/{task}?wait=20");
    for turn in 1..WAVES {
        match turn % 2 {
            0 => wave(&mut answers, &greedy, &Method::POST, &invoke, Some(&prompt)),
            _ => wave(&mut answers, &greedy, &Method::GET, &wait, None),
        }
        let id = modest.start("/tasks/count_test_sets", json!({})).await;
        let (status, listed) = modest.call(Method::GET, "/tasks", None).await;
        assert_eq!((status, listed.as_array().map(Vec::len)), (StatusCode::OK, Some(turn)), "{listed}");
        let (status, shown) = modest.call(Method::GET, &format!("/tasks/{id}?wait=1"), None).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        refusals(&mut answers, AT_ONCE).await;
    }
    assert!(answers.try_join_next().is_none(), "the first are held still");
    held.may_answer.add_permits(OF_USER);
    for _ in 0..OF_USER {
        let answer = answers.join_next().await.unwrap().unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.detail);
    }
    assert_eq!(held.asked.load(Ordering::SeqCst), OF_USER, "who was refused called nobody");
    greedy.call(Method::DELETE, &format!("/tasks/{task}"), None).await;
}
