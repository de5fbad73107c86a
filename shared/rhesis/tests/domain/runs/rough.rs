//! 520 tests as users write them, against an endpoint that behaves badly on purpose: `infra/local/demo/rough_*.py`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures::StreamExt as _;
use rhesis::cases::{self, Case};
use rhesis::endpoints::{Client, Endpoint};
use rhesis::import::{self, Format};
use rhesis::{Outcome, results, runs};
use serde_json::Value;
use testing::Database;
use uuid::Uuid;

use crate::servers::local;
use crate::world::{World, column};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/local/demo/");
/// Tries of one test, as a task has them.
const TRIES: usize = 4;

struct Rough(Child, String);

impl Rough {
    fn start() -> Self {
        let mut child = Command::new("python3")
            .arg(format!("{DEMO}rough_endpoint.py"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3, which the local stack needs too");
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self(child, url.trim().to_owned())
    }
}

impl Drop for Rough {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_520_tests_on_an_endpoint_that_behaves_badly_gets_the_right_verdict() {
    let file =
        Command::new("python3").arg(format!("{DEMO}rough_tests.py")).arg("--verdicts").output().unwrap();
    let rows = import::read(Format::of_name("rough.jsonl").unwrap(), &file.stdout).unwrap();
    let text = String::from_utf8(file.stdout).unwrap();
    let right: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.len() >= 500 && rows.len() == right.len());
    let rough = Rough::start();
    let database = Database::new().await;
    let world = World::with_rows(&database, &rows, &Endpoint::input_output(&rough.1)).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    tx.commit().await.unwrap();
    let client = local().at_most(Duration::from_secs(4));
    let asked = futures::stream::iter(run.tests.clone())
        .map(|test_id| {
            let (client, world) = (client.clone(), &world);
            async move {
                let case = cases::load(&mut *world.begin().await, run.test_run_id, test_id).await.unwrap();
                (test_id, verdict_of(case, &client).await)
            }
        })
        .buffered(24);
    let outcomes: Vec<(Uuid, Outcome)> = asked.collect().await;
    let mut tx = world.begin().await;
    for (test_id, outcome) in &outcomes {
        results::store(&mut tx, run.test_run_id, *test_id, outcome).await.unwrap();
    }
    let mut wrong = BTreeMap::new();
    for ((_, outcome), right) in outcomes.iter().zip(&right) {
        if outcome.verdict.as_str() != right["verdict"] {
            let behaviour = right["behaviour"].as_str().unwrap();
            wrong.entry(behaviour).or_insert_with(Vec::new).push((outcome.verdict, &outcome.reason));
        }
        assert!(outcome.verdict.as_str() != "Error" || outcome.reason.is_some());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let stored = column(&mut tx, "select count(*)::text from test_result").await;
    assert_eq!(stored, [Some(right.len().to_string())], "every test is accounted for");
}

/// Runs a case as its task does: again after a transient error, until the last try.
async fn verdict_of(mut case: Case, client: &Client) -> Outcome {
    for tries in 1.. {
        match case.ask(client, tries == TRIES).await {
            Ok(_) => break,
            Err(error) => {
                assert!(error.is_transient() && tries < TRIES);
                tokio::time::sleep(error.retry_after.unwrap_or_default().min(Duration::from_secs(2))).await;
            }
        }
    }
    case.judge(client, true).await.unwrap()
}
