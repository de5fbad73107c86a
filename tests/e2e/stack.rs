use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;

/// How to reach the stack that is up, as `make test` wrote it down.
#[derive(Deserialize)]
pub(crate) struct Stack {
    api_url: String,
    pub(crate) admin_url: String,
    pub(crate) emulator_pid: u32,
    log_file: String,
}

/// A tenant of the stack, with a test set, an endpoint and a configuration.
pub(crate) struct Tenant {
    http: Client,
    pub(crate) api_url: String,
    pub(crate) token: String,
    pub(crate) test_configuration_id: String,
    /// Its AI endpoint, which answers as long as this value lives.
    pub(crate) endpoint: Endpoint,
}

impl Stack {
    pub(crate) fn here() -> Self {
        let path = std::env::var("STACK_JSON").expect("STACK_JSON is not set: run the tests by `make test`");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    /// What the functions have logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log_file).unwrap()
    }

    /// A new tenant whose test set holds one prompt a line; the endpoint is asked them.
    pub(crate) async fn tenant(&self, prompts: &[&str], endpoint: Endpoint) -> Tenant {
        let file = std::env::temp_dir().join(format!("e2e-{}.jsonl", uuid::Uuid::now_v7()));
        let lines = prompts.iter().map(|prompt| json!({ "prompt": prompt, "expected": "yes" }).to_string());
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/debug/seed");
        let output = Command::new(seed)
            .args(["--database-url", &self.admin_url, "--endpoint-url", &endpoint.url, "--tests"])
            .arg(&file)
            .output()
            .unwrap();
        std::fs::remove_file(file).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let planted: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |name: &str| planted[name].as_str().unwrap().to_owned();
        // Only plain HTTP is spoken here, but the client wants to know whose TLS it would use.
        rustls::crypto::ring::default_provider().install_default().ok();
        Tenant {
            http: Client::new(),
            api_url: self.api_url.clone(),
            token: text("token"),
            test_configuration_id: text("test_configuration_id"),
            endpoint,
        }
    }
}

impl Tenant {
    /// A request of the tenant, to be sent.
    pub(crate) fn request(&self, method: Method, path: &str, body: Option<Value>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.api_url)).bearer_auth(&self.token);
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let response = self.request(method, path, body).send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    /// Starts a task and answers its id.
    pub(crate) async fn start(&self, path: &str, body: Value) -> String {
        let (status, answer) = self.call(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "{status} {answer}");
        answer["task_id"].as_str().unwrap().to_owned()
    }

    /// Executes the tenant's configuration and answers the task's id.
    pub(crate) async fn execute(&self) -> String {
        self.start(&format!("/test-configurations/{}/execute", self.test_configuration_id), json!({})).await
    }

    /// Waits until a task has ended.
    pub(crate) async fn end_of(&self, task_id: &str, patience: Duration) -> Value {
        let begun = Instant::now();
        loop {
            let (status, task) = self.call(Method::GET, &format!("/tasks/{task_id}?wait=10"), None).await;
            assert_eq!(status, StatusCode::OK, "{task}");
            if ["SUCCESS", "FAILURE", "REVOKED"].contains(&task["status"].as_str().unwrap()) {
                return task;
            }
            assert!(begun.elapsed() < patience, "after {:?} still {task}", begun.elapsed());
        }
    }
}
