//! Secrets of an endpoint that repeats them: where people and programs look, there are none.

mod browser;
mod parrot;
mod spellings;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use self::browser::Browser;
use self::parrot::{parrot, prompts};
use self::spellings::{SECRETS, holds_none};
use crate::endpoint::Endpoint;
use crate::server::Server;
use crate::stack::{Stack, Tenant};

const PATIENCE: Duration = Duration::from_secs(180);

/// What a receiver of webhooks was sent: headers and bodies.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    async fn serve(&self) -> Server {
        let told = self.0.clone();
        let keep = async move |headers: axum::http::HeaderMap, body: String| {
            told.lock().unwrap().push(format!("{headers:?} {body}"));
        };
        Server::start(Router::new().fallback(keep)).await
    }

    fn all(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

/// Makes something, and answers its id.
async fn made(tenant: &Tenant, path: &str, body: Value) -> String {
    let (status, answer) = tenant.call(Method::POST, path, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    holds_none(&answer.to_string(), path);
    answer["id"].as_str().unwrap().to_owned()
}

/// The text of an answer, whatever it is.
async fn said(tenant: &Tenant, method: Method, path: &str, body: Option<Value>) -> String {
    tenant.request(method, path, body).send().await.unwrap().text().await.unwrap()
}

/// The ids in a list.
async fn ids(tenant: &Tenant, path: &str, name: &str) -> Vec<String> {
    let (status, listed) = tenant.call(Method::GET, path, None).await;
    assert_eq!(status, StatusCode::OK, "{listed}");
    holds_none(&listed.to_string(), path);
    listed.as_array().unwrap().iter().map(|line| line[name].as_str().unwrap().to_owned()).collect()
}

fn endpoint(url: &str) -> Value {
    json!({
        "name": "Parrot", "url": url, "query_params": { "sig": "{{ secrets.signature }}" },
        "auth": { "type": "bearer_token", "auth_token": SECRETS[0] },
        "secrets": { "team": SECRETS[1], "signature": SECRETS[2] },
        "request_headers": { "X-Team": "Team {{ secrets.team }}" },
        "response_mappings": {
            "output": "$.output", "context": "$.context[*]", "metadata": "$.metadata", "kept": "$.kept"
        }
    })
}

#[tokio::test]
async fn what_an_endpoint_repeats_of_its_secrets_is_shown_kept_sent_and_logged_nowhere() {
    let stack = Stack::here();
    let (tenant, parrot, told) =
        (stack.tenant(&["yes"], Endpoint::start().await).await, parrot().await, Told::default());
    let receiver = told.serve().await;
    let hook = json!({ "url": receiver.url, "events": ["test_run.ended", "task.failed"] });
    made(&tenant, "/webhooks", hook).await;
    let endpoint = made(&tenant, "/endpoints", endpoint(&parrot.url)).await;
    let tests: Vec<Value> =
        prompts().iter().map(|prompt| json!({ "prompt": prompt, "expected": "x" })).collect();
    let set = made(&tenant, "/test_sets", json!({ "name": "Echoes", "tests": tests })).await;
    let metric = made(&tenant, "/metrics", json!({ "name": "contains", "class_name": "contains" })).await;
    tenant.call(Method::PUT, &format!("/test_sets/{set}/metrics/{metric}"), None).await;

    let mut asked = 0;
    for prompt in prompts() {
        let body = json!({ "input": prompt });
        let answer = said(&tenant, Method::POST, &format!("/endpoints/{endpoint}/invoke"), Some(body)).await;
        holds_none(&answer, &format!("the trial call of {prompt:?}"));
        asked += usize::from(answer.contains("***"));
    }
    assert!(asked > prompts().len() / 2, "the endpoint repeats what it is sent: {asked}");

    let task = tenant.start(&format!("/test_sets/{set}/execute/{endpoint}"), json!({})).await;
    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!(ended["status"], "SUCCESS", "{ended}");
    assert_eq!(ended["result"]["total"].as_u64(), Some(prompts().len() as u64), "{ended}");
    let run = ended["result"]["test_run_id"].as_str().unwrap().to_owned();

    let results = ids(&tenant, &format!("/test_results?test_run_id={run}&limit=200"), "id").await;
    assert_eq!(results.len(), prompts().len());
    let tasks = ids(&tenant, "/tasks?limit=200", "task_id").await;
    assert!(tasks.len() > prompts().len(), "each test is a task: {}", tasks.len());
    let mut pages = vec![
        format!("/test_runs/{run}"),
        format!("/test_runs/{run}/download"),
        format!("/test_runs/{run}/metrics"),
        format!("/endpoints/{endpoint}"),
        "/endpoints".to_owned(),
        "/webhooks".to_owned(),
        "/dead-letters".to_owned(),
    ];
    pages.extend(results.iter().map(|id| format!("/test_results/{id}")));
    pages.extend(tasks.iter().map(|id| format!("/tasks/{id}")));
    pages.extend(tasks.iter().take(3).map(|id| format!("/tasks/{id}/why")));
    let mut all = String::new();
    for page in &pages {
        let text = said(&tenant, Method::GET, page, None).await;
        holds_none(&text, page);
        all.push_str(&text);
    }
    for seen in ["***", "http_error", "HTTP 503 Service Unavailable", "HTTP 302 Found"] {
        assert!(all.contains(seen), "{seen} is shown somewhere");
    }

    let browser = Browser::signed_in(&tenant).await;
    let mut pages =
        vec![format!("endpoints/{endpoint}"), format!("runs/{run}"), format!("runs/{run}/download")];
    pages.extend(["overview", "endpoints", "tasks", "runs", "webhooks", "dead-letters"].map(str::to_owned));
    pages.extend(results.iter().map(|id| format!("results/{id}")));
    pages.extend(tasks.iter().take(5).map(|id| format!("tasks/{id}")));
    for page in pages {
        holds_none(&browser.get(&page).await, &page);
    }
    for prompt in ["ok 0", "refuse 13", "encoded 0"] {
        let page = browser.submit(&format!("endpoints/{endpoint}/try"), &[("input", prompt)]).await;
        assert!(page.contains("***"), "{page}");
        holds_none(&page, &format!("the console's trial of {prompt:?}"));
    }

    let begun = Instant::now();
    while !told.all().contains(&run) || !stack.log().contains(&task) {
        assert!(begun.elapsed() < PATIENCE, "nobody was told, or nothing was logged");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    holds_none(&told.all(), "a webhook");
    holds_none(&stack.log(), "the log");
}
