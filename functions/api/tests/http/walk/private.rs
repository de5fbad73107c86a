//! The same routes, called by a second user of the organization with the ids of what hangs on a test set of visibility `user`.

use std::collections::{BTreeMap, HashMap};

use catalog::{ExecuteTestConfiguration, RunSummary};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use store::Tenant as Bound;
use task::Error;
use uuid::Uuid;
use worker::End;

use super::calls::{CALLS, Call};
use super::send;
use super::tenant::{MARK, Tenant};
use crate::played::{begin, id, judge};
use crate::world::{Answer, Api, Client};

/// The tables whose rows can hang on a test set.
const HANGING: &[&str] = &[
    "test_set",
    "test_set_metric",
    "test_test_set",
    "test",
    "prompt",
    "test_configuration",
    "test_run",
    "test_run_test",
    "test_result",
    "import",
    "import_part",
    "tasks.task",
    "tasks.outbox",
    "tasks.attempt_history",
    "tasks.task_group",
    "tasks.schedule",
];

/// Two users of one organization, one of whom keeps a test set to himself.
struct Office {
    api: Api,
    ada: Client,
    bob: Tenant,
    endpoint: Uuid,
    metric: Uuid,
}

/// What Ada has made of her private test set, by table.
type Kept = HashMap<String, String>;

impl Office {
    async fn new() -> Self {
        let api = Api::new().await;
        let ada = api.client().await;
        let bob = api.colleague(&ada).await;
        let hook = json!({ "url": "https://hook.example.com/", "events": ["test_run.ended", "task.failed"] });
        for client in [&ada, &bob] {
            assert_eq!(client.post("/webhooks", &hook).await.status, 201);
        }
        let metric = ada.post("/metrics", &json!({ "name": "same", "class_name": "exact" })).await;
        let metric = id(&metric.body["id"]);
        let (configuration, set, endpoint) = api.configuration(&bob, 1).await;
        let run = bob.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
        bob.put("/limits/k", &json!({ "max_running": 1000 })).await;
        bob.count(&json!({ "limit_key": "k" })).await;
        api.run_counts(Some("cannot count")).await;
        api.system.messages.take_all();
        let run = &run.body["test_run_id"];
        let own = [
            ("test_configuration", json!(configuration)),
            ("test_set", json!(set)),
            ("endpoint", json!(endpoint)),
            ("metric", json!(metric)),
            ("test_run", run.clone()),
        ];
        let own = own.map(|(table, id)| (table.to_owned(), id.as_str().unwrap().to_owned()));
        Self { api, ada, bob: Tenant::with(bob, own.into()), endpoint, metric }
    }

    /// Everything that can hang on a private test set: failed, queued and begun, started by HTTP, in a group, by the clock.
    async fn keep(&self) -> Kept {
        let (api, ada) = (&self.api, &self.ada);
        let made = |answer: Answer| {
            assert!(answer.status.is_success(), "{answer:?}");
            answer
        };
        let tests = json!([{ "prompt": MARK, "expected": MARK }, { "prompt": "zebra too" }]);
        let set = json!({ "name": MARK, "description": MARK, "visibility": "user", "tests": tests });
        let set = id(&made(ada.post("/test_sets", &set).await).body["id"]);
        made(ada.put(&format!("/test_sets/{set}/metrics/{}", self.metric), &json!({})).await);
        let new = json!({ "endpoint_id": self.endpoint, "test_set_id": set });
        let configuration = id(&made(ada.post("/test_configurations", &new).await).body["id"]);
        let (args, kind) = (json!({ "test_configuration_id": configuration }), "execute_test_configuration");
        let dead = json!({ "args": args, "limit_key": "k", "idempotency_key": MARK });
        made(ada.post(&format!("/tasks/{kind}"), &dead).await);
        let execute = format!("/test_configurations/{configuration}/execute");
        made(ada.post(&execute, &json!({})).await);
        let fails = api.system.worker(|_: ExecuteTestConfiguration, _| async {
            Err::<End<RunSummary>, _>(Error::permanent(MARK))
        });
        api.system.drain(kind, &fails).await;
        let begun = made(ada.post(&execute, &json!({})).await);
        begin(api).await;
        judge(api, 1).await;
        let member = json!({ "kind": kind, "args": args, "limit_key": "k", "priority": "high" });
        made(ada.post("/groups", &json!({ "members": [member, member], "window": 1 })).await);
        made(
            ada.post("/schedules", &json!({ "name": MARK, "kind": kind, "args": args, "every": 3600 })).await,
        );
        let import = json!({ "name": MARK, "format": "csv", "visibility": "user" });
        let import = id(&made(ada.post("/imports", &import).await).body["import_id"]);
        let part =
            axum::http::Request::put(format!("/imports/{import}/parts/1")).header("content-type", "text/csv");
        made(ada.send(part.body("prompt\nzebra\n".into()).unwrap()).await);
        let mut kept = Kept::new();
        for (table, id) in [
            ("test_set", json!(set)),
            ("test_configuration", json!(configuration)),
            ("test_run", begun.body["test_run_id"].clone()),
            ("tasks.task", begun.body["task_id"].clone()),
            ("import", json!(import)),
        ] {
            kept.insert(table.to_owned(), id.as_str().unwrap().to_owned());
        }
        for table in ["test", "test_result", "tasks.task_group", "tasks.schedule"] {
            let row =
                self.rows(&bound(ada), table).await.pop().unwrap_or_else(|| panic!("nothing in {table}"));
            kept.insert(table.to_owned(), row["id"].as_str().unwrap().to_owned());
        }
        kept
    }

    /// What a user sees in a table.
    async fn rows(&self, bound: &Bound, table: &str) -> Vec<Value> {
        let mut tx = self.api.system.api.begin(*bound).await.unwrap();
        let query = format!("select to_jsonb(t) from {table} t order by to_jsonb(t)::text");
        sqlx::query_scalar(AssertSqlSafe(query))
            .persistent(!sql::pooled())
            .fetch_all(&mut *tx)
            .await
            .unwrap_or_else(|error| panic!("{table}: {error}"))
    }

    /// What Bob sees in every table, and is told by every route that names nothing.
    async fn seen(&self) -> BTreeMap<String, Value> {
        let bob = bound(&self.bob.client);
        let mut seen = BTreeMap::new();
        for table in HANGING {
            seen.insert((*table).to_owned(), json!(self.rows(&bob, table).await));
        }
        for call in CALLS.iter().filter(|call| call.method == "GET" && !call.route().contains('{')) {
            if !call.names_another() {
                let answer = send(&self.bob, call, |_| unreachable!()).await;
                let mut body = answer.body;
                for kind in body.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                    kind.remove("oldest_due_seconds");
                }
                // How long the text of that number is says nothing.
                let mut headers = answer.headers;
                headers.remove("content-length");
                let told = json!([body, format!("{headers:?}")]);
                seen.insert(call.route(), told);
            }
        }
        seen
    }
}

/// On whose behalf a client's transactions are.
pub(crate) fn bound(client: &Client) -> Bound {
    Bound { organization_id: Some(client.organization_id), user_id: Some(client.user_id) }
}

/// The table of another's row that a call names, if it can hang on a test set and nothing else of another's is named.
fn hanging(call: &Call) -> bool {
    call.names_another() && call.tables().iter().all(|table| HANGING.contains(&table.as_str()))
}

#[tokio::test]
async fn what_hangs_on_anothers_private_test_set_answers_like_what_never_was() {
    let office = Office::new().await;
    let before = office.seen().await;
    let kept = office.keep().await;
    let after = office.seen().await;
    for (place, told) in &before {
        assert_eq!(&after[place], told, "{place} tells a colleague of what is private");
    }
    let mut own = BTreeMap::new();
    for table in HANGING {
        own.insert(table, office.rows(&bound(&office.ada), table).await);
        assert!(own[table].len() > office.rows(&bound(&office.bob.client), table).await.len(), "{table}");
    }
    for call in CALLS.iter().filter(|call| hanging(call)) {
        let name = call.route();
        let foreign = send(&office.bob, call, |table| kept[table].clone()).await;
        if call.in_path() {
            assert_eq!(foreign.status, 404, "{name}: {foreign:?}");
        }
        let nobodys: HashMap<String, String> =
            call.tables().into_iter().map(|table| (table, Uuid::now_v7().to_string())).collect();
        let unknown = send(&office.bob, call, |table| nobodys[table].clone()).await;
        let mut said = unknown.body.to_string();
        for (table, id) in &nobodys {
            said = said.replace(id, &kept[table]);
        }
        assert_eq!(
            (foreign.status, foreign.body.to_string(), foreign.headers.get("x-total-count")),
            (unknown.status, said, unknown.headers.get("x-total-count")),
            "{name}: tells what is private from what never was"
        );
    }
    for (table, rows) in own {
        assert_eq!(office.rows(&bound(&office.ada), table).await, rows, "{table} was changed by a colleague");
    }
}
