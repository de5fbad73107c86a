use catalog::TASKS;
use rhesis::organizations;
use serde_json::{Value, json};
use testing::Database;

use crate::emulated::{Emulated, event};

/// The id of a task that the committed events name.
const SOME_TASK: &str = "00000000-0000-7000-8000-000000000001";

#[tokio::test]
async fn api_answers_its_events() {
    let database = Database::new().await;
    let mut owner = database.owner().acquire().await.unwrap();
    let token = organizations::found(&mut owner, "test").await.unwrap().token;
    let api = Emulated::new("api", &database, Some("tasks_api"), &[]).await;
    let as_user = ("rh-TOKEN", token.as_str());

    let health = api.invoke(&event("api-health", &[])).await;
    assert_eq!(
        (health["statusCode"].as_u64(), body(&health)),
        (Some(200), json!({ "status": "ok", "time_zones": store::TIME_ZONES }))
    );

    // A path comes decoded, and may then hold what no URI may.
    for (method, path, status) in [
        ("GET", "/health", 200),
        ("GET", "/tasks/a?b", 422),
        ("GET", "/tasks/a#b/why", 422),
        ("PUT", "/limits/a?b", 422),
        ("DELETE", "/limits/openai/gpt-4o", 422),
        ("POST", "/tasks/\u{fc} \"x\" [y] 100% {z}", 404),
        ("GET", "/nowhere/\u{1f980}", 404),
        ("GET", "/health?x", 404),
    ] {
        let mut request = event("api-health", &[]);
        request["requestContext"]["http"]["path"] = path.into();
        request["requestContext"]["http"]["method"] = method.into();
        request["rawPath"] = path.into();
        request["headers"]["authorization"] = format!("Bearer {token}").into();
        request["headers"]["content-type"] = "application/json".into();
        let answer = api.invoke(&request).await;
        assert_eq!(answer["statusCode"], status, "{method} {path}: {answer}");
    }

    let stranger = api.invoke(&event("api-start", &[])).await;
    assert_eq!(stranger["statusCode"], 401, "{stranger}");

    let started = api.invoke(&event("api-start", &[as_user])).await;
    assert_eq!(started["statusCode"], 202, "{started}");
    let id = body(&started)["task_id"].as_str().unwrap().to_owned();

    let unknown = api.invoke(&event("api-status", &[as_user])).await;
    assert_eq!(unknown["statusCode"], 404, "{unknown}");
    let status = api.invoke(&event("api-status", &[as_user, (SOME_TASK, &id)])).await;
    assert_eq!((status["statusCode"].as_u64(), &body(&status)["status"]), (Some(200), &json!("PENDING")));

    let kicked = api.invoke(&event("api-kick", &[as_user])).await;
    assert_eq!(
        (kicked["statusCode"].as_u64(), body(&kicked)),
        (Some(202), json!({ "looks": "every minute", "kicked": 0 }))
    );
}

#[tokio::test]
async fn a_function_runs_the_task_of_its_event_and_forgets_what_it_does_not_know() {
    let database = Database::new().await;
    let organization = database.organization().await;
    let api = database.store_as("tasks_api");
    let mut tx = api.begin(organization.tenant()).await.unwrap();
    let id: uuid::Uuid =
        sql::query_scalar("select tasks.enqueue('count_test_sets')").fetch_one(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();

    let function = Emulated::new("count_test_sets", &database, Some("task_count_test_sets"), &[]).await;
    let answer = function.invoke(&event("count_test_sets-one", &[(SOME_TASK, &id.to_string())])).await;
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    let (status, result): (String, Value) =
        sql::query_as("select status, result from tasks.task").fetch_one(database.owner()).await.unwrap();
    assert_eq!((status.as_str(), result), ("SUCCESS", json!(0)));
}

#[tokio::test]
async fn every_kind_answers_its_batch_and_gives_it_back_without_a_database() {
    let database = Database::new().await;
    for spec in TASKS {
        let role = format!("task_{}", spec.kind);
        let function = Emulated::new(spec.kind, &database, Some(&role), &[]).await;
        for name in ["one", "batch"] {
            let answer = function.invoke(&event(&format!("{}-{name}", spec.kind), &[])).await;
            assert_eq!(answer, json!({ "batchItemFailures": [] }), "{} {name}", spec.kind);
        }
    }
    let nowhere = [("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")];
    let function = Emulated::new("count_test_sets", &database, Some("task_count_test_sets"), &nowhere).await;
    let answer = function.invoke(&event("count_test_sets-batch", &[])).await;
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 5, "{answer}");
}

#[tokio::test]
async fn the_relay_answers_its_schedule_and_its_ticks() {
    let database = Database::new().await;
    let relay = Emulated::new("relay", &database, Some("tasks_relay"), &[]).await;
    let swept = relay.invoke(&event("relay-schedule", &[])).await;
    assert_eq!((&swept["sent"], &swept["stuck"]), (&json!(0), &json!(0)), "{swept}");
    let ticks = relay.invoke(&event("relay-ticks", &[])).await;
    assert_eq!(ticks, json!({ "batchItemFailures": [] }));

    // Nobody listens where the ticks would be handed on to: they must come again.
    let sleeping = [("SLEEPING_DATABASE", "true"), ("TICK_QUEUE_URL", "http://127.0.0.1:9/123456789012/t")];
    let relay = Emulated::new("relay", &database, Some("tasks_relay"), &sleeping).await;
    let later = event("relay-ticks", &[("1795348800", "4102444800"), ("1795348860", "4102444800")]);
    let ticks = relay.invoke(&later).await;
    assert_eq!(ticks["batchItemFailures"].as_array().unwrap().len(), 2, "{ticks}");
}

#[tokio::test]
async fn migrate_answers_with_what_there_is_after_it() {
    let database = Database::new().await;
    let password = [("FUNCTION_ROLE_PASSWORD", std::env::var("FUNCTION_ROLE_PASSWORD").unwrap_or_default())];
    let password: Vec<_> = password.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let migrate = Emulated::new("migrate", &database, None, &password).await;
    let answer = migrate.invoke(&event("migrate", &[])).await;
    assert!(answer["version"].as_i64().unwrap() > 1000, "{answer}");
    assert_eq!(answer["applied"], 0);
}

/// The JSON body of an HTTP answer.
fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}
