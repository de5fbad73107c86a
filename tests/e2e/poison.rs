//! A test whose process dies whenever it runs, as one that takes all memory does: killed from here, while it calls its endpoint.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, State};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::processes::{self, LIVES};
use crate::stack::{Stack, Tenant};

/// Lease, sweep and backoff after a loss, as in `crashes`; then the same again for who was given back.
const PATIENCE: Duration = Duration::from_secs(300);
const POISON: &str = "poison";

/// An endpoint that kills whichever process asks it for the poison.
#[derive(Clone)]
struct Deadly {
    emulator: u32,
    /// The process and the prompt of each call that is under way.
    calls: Arc<Mutex<Vec<(u32, String)>>>,
    /// How many calls of others died with each that was killed.
    companies: Arc<Mutex<Vec<usize>>>,
}

impl Deadly {
    fn new(stack: &Stack) -> Self {
        Self { emulator: stack.emulator_pid, calls: Arc::default(), companies: Arc::default() }
    }

    async fn serve(&self) -> Endpoint {
        Endpoint::of(Router::new().route("/", post(answer)).with_state(self.clone())).await
    }

    fn beside(&self, pid: u32) -> usize {
        self.calls.lock().unwrap().iter().filter(|(of, prompt)| *of == pid && prompt != POISON).count()
    }
}

async fn answer(
    State(deadly): State<Deadly>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(request): Json<Value>,
) -> Json<Value> {
    let prompt = request["input"].as_str().unwrap().to_owned();
    let pid = processes::caller(&processes::of(deadly.emulator, "execute_test"), from.port());
    let pid = pid.expect("a function of the stack asks");
    deadly.calls.lock().unwrap().push((pid, prompt.clone()));
    // Long enough that whoever was taken with the poison is still here.
    tokio::time::sleep(Duration::from_secs(if prompt == POISON { 1 } else { 3 })).await;
    if prompt == POISON {
        deadly.companies.lock().unwrap().push(deadly.beside(pid));
        Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        deadly.calls.lock().unwrap().retain(|(of, _)| *of != pid);
    }
    deadly.calls.lock().unwrap().retain(|call| *call != (pid, prompt.clone()));
    Json(json!({ "output": "yes" }))
}

/// The tests' tasks of a tenant.
async fn tests(tenant: &Tenant) -> Vec<Value> {
    let (_, listed) = tenant.call(Method::GET, "/tasks?kind=execute_test&limit=200", None).await;
    listed.as_array().unwrap_or_else(|| panic!("{listed}")).clone()
}

fn is_over(task: &Value) -> bool {
    task["status"] == "SUCCESS"
}

#[tokio::test]
async fn a_test_that_kills_its_process_costs_its_neighbours_one_attempt_and_no_verdict() {
    let stack = Stack::here();
    let deadly = Deadly::new(&stack);
    let poison: Vec<String> = (1..10).map(|n| format!("slow {n}")).chain([POISON.to_owned()]).collect();
    let poison: Vec<&str> = poison.iter().map(String::as_str).collect();
    let poisoned = stack.tenant(&poison, deadly.serve().await).await;
    let others = stack.tenant(&["slow a", "slow b", "slow c"], deadly.serve().await).await;
    let mut killing = Some(LIVES.write().await);
    let (run, other) = tokio::join!(poisoned.execute(), others.execute());

    let begun = Instant::now();
    let (mut ours, mut killed) = (Vec::new(), 0);
    while ours.iter().filter(|task| is_over(task)).count() < 9 || killed < 2 {
        assert!(begun.elapsed() < PATIENCE, "after {killed} kills: {ours:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
        ours = tests(&poisoned).await;
        killed = deadly.companies.lock().unwrap().len();
        if killed > 0 {
            // From now on it dies alone.
            killing = None;
        }
    }
    drop(killing);
    let ended = others.end_of(&other, PATIENCE).await;
    assert_eq!(
        (ended["status"].as_str(), ended["result"]["passed"].as_i64()),
        (Some("SUCCESS"), Some(3)),
        "{ended}"
    );

    let companies = deadly.companies.lock().unwrap().clone();
    assert!(companies[0] > 0, "the first time it took others along: {companies:?}");
    assert!(companies[1..].iter().all(|company| *company == 0), "then it harmed itself only: {companies:?}");
    assert_eq!(ours.len(), 10);
    let ended = ours.iter().filter(|task| is_over(task)).map(|task| (&poisoned, task.clone()));
    let ended = ended.chain(tests(&others).await.into_iter().map(|task| (&others, task)));
    for (tenant, task) in ended.collect::<Vec<_>>() {
        let id = task["task_id"].as_str().unwrap();
        let (_, shown) = tenant.call(Method::GET, &format!("/tasks/{id}"), None).await;
        let ends = |outcome: &str| {
            shown["attempts"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|attempt| attempt["outcome"] == outcome)
                .count()
        };
        // What was given back, so that a suspect runs alone, has cost nothing.
        let spent = (ends("lost"), ends("retry"), ends("failed"));
        assert!(spent.0 <= 1 && (spent.1, spent.2) == (0, 0), "one was lost at most: {shown}");
    }
    let (_, runs) = poisoned.call(Method::GET, "/test_runs?limit=1", None).await;
    let cancel = format!("/test_runs/{}/cancel", runs[0]["id"].as_str().unwrap());
    poisoned.call(Method::POST, &cancel, None).await;
    let ended = poisoned.end_of(&run, PATIENCE).await;
    assert!(ended["status"] == "REVOKED" || ended["status"] == "SUCCESS", "{ended}");
}
