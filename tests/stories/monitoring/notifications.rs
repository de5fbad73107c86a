//! What is told of runs that have ended and tasks that have failed for good.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use catalog::{CountTestSets, DeliverWebhook, Delivery, TASKS};
use rhesis::endpoints::{self, Endpoint};
use rhesis::import::Row;
use rhesis::{configurations, organizations, runs, test_sets};
use serde_json::{Value, json};
use store::{NewTask, Tenant};
use task::Error;
use testing::System;
use uuid::Uuid;

const KIND: &str = "count_test_sets";
const HOOK: &str = "deliver_webhook";

/// The lines that a sweep writes to the log and that are events.
async fn told(system: &System) -> Vec<Value> {
    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);
    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber =
        tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
    {
        let _log = tracing::subscriber::set_default(subscriber);
        let deadline = SystemTime::now() + Duration::from_secs(60);
        relay::sweep(&system.relay, &system.queue(), deadline).await.unwrap();
    }
    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| !line["event"].is_null()).collect()
}

/// A webhook of the tenant that wants to know everything.
async fn webhook(system: &System, active: bool) -> Uuid {
    sql::query_scalar(
        "insert into webhook (organization_id, url, secret, events, is_active)
         values ($1, 'https://hook.test/', 'sealed', '{test_run.ended,task.failed}', $2) returning id",
    )
    .bind(system.organization.id)
    .bind(active)
    .fetch_one(system.database.owner())
    .await
    .unwrap()
}

/// The arguments of the deliveries that there are.
async fn deliveries(system: &System) -> Vec<Value> {
    sql::query_scalar("select args from tasks.task where kind = 'deliver_webhook' order by id")
        .fetch_all(system.database.owner())
        .await
        .unwrap()
}

/// Runs the tasks that there are until none is left; each attempt fails, for good or not.
async fn fail(system: &System, permanently: bool) {
    let worker = system.worker(move |_: CountTestSets, _| async move {
        let text = "the answer was forty-two";
        Err::<i64, _>(if permanently { Error::permanent(text) } else { Error::retry(text) })
    });
    system.drain(KIND, &worker).await;
}

/// A run of so many tests that has begun.
async fn run(system: &System, tests: usize) -> Uuid {
    let mut tx = system.database.owner().begin().await.unwrap();
    organizations::enter(&mut tx, system.organization.id).await.unwrap();
    let rows: Vec<Row> =
        (0..tests).map(|n| Row { prompt: format!("secret prompt {n}"), expected: None }).collect();
    let endpoint = Endpoint::input_output("http://127.0.0.1:9");
    let endpoint = endpoints::create(&mut tx, "e", &endpoint, None).await.unwrap();
    let set = test_sets::create(&mut tx, "s", &rows, None).await.unwrap();
    let configuration = configurations::create(&mut tx, endpoint, set, None).await.unwrap();
    let run = runs::start(&mut tx, configuration, Uuid::now_v7()).await.unwrap();
    tx.commit().await.unwrap();
    run.test_run_id
}

async fn complete(system: &System, run: Uuid) {
    let mut tx = system.database.owner().begin().await.unwrap();
    organizations::enter(&mut tx, system.organization.id).await.unwrap();
    runs::complete(&mut tx, run).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_final_failure_is_told_once_and_a_failed_attempt_is_not() {
    let system = System::new().await;
    let new = NewTask { max_retries: Some(1), ..NewTask::of(&CountTestSets {}) };
    let id = system.start_new(new).await;
    let wakes = system.messages.take(KIND, 1);
    let worker = system
        .worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("the answer was forty-two")) });
    system.deliver(&worker, &wakes).await;
    assert_eq!(system.state(id).await.status, "RETRY");
    assert_eq!(told(&system).await, [] as [Value; 0]);
    system.pass(id, 60.0).await;
    fail(&system, false).await;
    assert_eq!(system.state(id).await.status, "FAILURE");
    let lines = told(&system).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["event"], "task_failed");
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["task_id"], json!(id));
    assert_eq!(line["organization_id"], json!(system.organization.id));
    assert_eq!(line["kind"], KIND);
    assert_eq!(line["error_type"], "Error");
    assert_eq!(line["attempt"], 2);
    assert!(!line.to_string().contains("forty"), "{line}");
    assert_eq!(told(&system).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_loss_that_nobody_saw_is_told_when_the_relay_ends_the_task() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let store = system.database.store_as("task_count_test_sets");
    let (token, asked) = (Uuid::now_v7(), store::Asked { task_id: id, attempt: 1 });
    store.claim(KIND, &[asked], token, 1, "request stream").await.unwrap();
    store.heartbeat(token, &[id]).await.unwrap();
    system.pass(id, 61.0).await;
    let lines = told(&system).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["event"], &lines[0]["error_type"]), (&json!("task_failed"), &json!("Lost")));
}

#[tokio::test]
async fn a_runs_end_is_told_once_with_its_counts() {
    let system = System::new().await;
    let id = run(&system, 3).await;
    assert_eq!(told(&system).await, [] as [Value; 0]);
    complete(&system, id).await;
    complete(&system, id).await;
    let lines = told(&system).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!((&line["event"], &line["level"]), (&json!("test_run_ended"), &json!("INFO")));
    assert_eq!(line["test_run_id"], json!(id));
    assert_eq!(line["status"], "Failed");
    assert_eq!((&line["total"], &line["passed"], &line["errors"]), (&json!(3), &json!(0), &json!(3)));
    assert!(!line.to_string().contains("prompt"), "{line}");
}

#[tokio::test]
async fn an_event_is_told_again_if_its_line_was_written_and_not_committed() {
    let system = System::new().await;
    system.start(&CountTestSets {}).await;
    fail(&system, true).await;
    let mut tx = system.relay.pool().await.unwrap().begin().await.unwrap();
    let first = store::take_notices(&mut tx, 10).await.unwrap();
    assert_eq!(first.len(), 1);
    // Another relay takes what this one has not.
    assert_eq!(told(&system).await, [] as [Value; 0]);
    tx.rollback().await.unwrap();
    let lines = told(&system).await;
    assert_eq!(lines[0]["notice_id"], json!(first[0].id));
}

#[tokio::test]
async fn a_webhook_is_told_by_a_task_that_begins_to_exist_with_the_end() {
    let system = System::new().await;
    let (hook, _, other) =
        (webhook(&system, true).await, webhook(&system, false).await, system.database.organization().await);
    sql::query("insert into webhook (organization_id, url, secret, events) values ($1, 'https://x.test', '', '{task.failed}')")
        .bind(other.id)
        .execute(system.database.owner())
        .await
        .unwrap();
    let id = run(&system, 2).await;
    let mut tx = system.database.owner().begin().await.unwrap();
    organizations::enter(&mut tx, system.organization.id).await.unwrap();
    runs::complete(&mut tx, id).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(deliveries(&system).await, [] as [Value; 0]);
    complete(&system, id).await;
    let task = system.start(&CountTestSets {}).await;
    fail(&system, true).await;
    let said = deliveries(&system).await;
    assert_eq!(said.len(), 2, "{said:?}");
    for args in &said {
        let _: DeliverWebhook = serde_json::from_value(args.clone()).unwrap();
        assert_eq!(args["webhook_id"], json!(hook));
        assert!(!args.to_string().contains("forty") && !args.to_string().contains("prompt"), "{args}");
    }
    assert_eq!(said[0]["event"], "test_run.ended");
    assert_eq!(said[0]["data"]["test_run_id"], json!(id));
    assert_eq!(said[0]["data"]["errors"], 2);
    assert_eq!(said[1]["event"], "task.failed");
    assert_eq!(said[1]["data"]["task_id"], json!(task));
    told(&system).await;
    assert_eq!(system.messages.take(HOOK, 10).len(), 2, "the relay sends them");
}

#[tokio::test]
async fn a_delivery_that_fails_is_told_to_nobody_and_changes_nothing_else() {
    let system = System::new().await;
    webhook(&system, true).await;
    let id = system.start(&CountTestSets {}).await;
    fail(&system, true).await;
    told(&system).await;
    let worker = system
        .worker(|_: DeliverWebhook, _| async { Err::<Delivery, _>(Error::permanent("nobody listens")) });
    system.drain(HOOK, &worker).await;
    assert_eq!(told(&system).await, [] as [Value; 0]);
    assert_eq!(deliveries(&system).await.len(), 1);
    let error = system.state(id).await.error.unwrap();
    assert_eq!(error["message"], "the answer was forty-two");
}

#[tokio::test]
async fn an_end_that_cannot_be_told_is_an_end() {
    let system = System::new().await;
    webhook(&system, true).await;
    sqlx::raw_sql("alter function tasks.insert_tasks(uuid, uuid, tasks.new_task[], boolean) rename to gone")
        .execute(system.database.owner())
        .await
        .unwrap();
    let id = run(&system, 1).await;
    complete(&system, id).await;
    let status: String =
        sql::query_scalar("select status from test_run").fetch_one(system.database.owner()).await.unwrap();
    assert_eq!(status, "Failed");
}

#[tokio::test]
async fn a_failed_task_of_the_system_is_told_though_it_is_nobodys() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    for table in [
        "tasks.task set organization_id = null where id = $1",
        "tasks.outbox set organization_id = null where task_id = $1",
    ] {
        let statement = sqlx::AssertSqlSafe(format!("update {table}"));
        sqlx::query(statement).bind(id).execute(system.database.owner()).await.unwrap();
    }
    fail(&system, true).await;
    let lines = told(&system).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["task_id"], &lines[0]["organization_id"]), (&json!(id), &Value::Null));
}

#[tokio::test]
async fn failures_of_internal_kinds_are_told_by_what_started_them_and_of_all_others_by_themselves() {
    let system = System::new().await;
    let trigger: String = sql::query_scalar(
        "select pg_get_triggerdef(oid) from pg_trigger where tgname = 'notify' and tgrelid = 'tasks.task'::regclass",
    )
    .fetch_one(system.database.owner())
    .await
    .unwrap();
    for spec in TASKS {
        let left_out = trigger.contains(&format!("'{}'", spec.kind));
        assert_eq!(left_out, spec.internal, "{}: see the trigger notify on tasks.task\n{trigger}", spec.kind);
    }
}

#[tokio::test]
async fn a_tenant_takes_no_notices_and_tells_nothing_by_itself() {
    let system = System::new().await;
    for (role, statement) in [
        ("tasks_api", "select public.enqueue_webhooks(null, 'task.failed', '{}', null)"),
        ("tasks_api", "select public.take_notices(1)"),
        ("task_count_test_sets", "select public.take_notices(1)"),
        ("task_count_test_sets", "insert into public.notice (event, data) values ('task.failed', '{}')"),
        ("tasks_relay", "select public.enqueue_webhooks(null, 'task.failed', '{}', null)"),
        ("tasks_relay", "select * from public.notice"),
    ] {
        let store = system.database.store_as(role);
        let refused = if role == "tasks_relay" {
            sql::query(statement).execute(store.pool().await.unwrap()).await
        } else {
            let tenant = Tenant { organization_id: Some(system.organization.id), user_id: None };
            sql::query(statement).execute(&mut *store.begin(tenant).await.unwrap()).await
        };
        assert!(refused.unwrap_err().to_string().contains("permission denied"), "{role}: {statement}");
    }
}
