//! A custom resource that does not answer holds a deployment up for an hour: these are the ways on which it answers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::put};
use login::Login;
use migrate::{Command, Error, Request, run};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Database, Migrated, RoleLogin};
use uuid::Uuid;

type Heard = Arc<Mutex<Vec<(Value, bool)>>>;

/// Where CloudFormation waits for answers. Refuses the first `refusals`; keeps the rest, and whether they had a content type.
async fn cloudformation(refusals: usize) -> (String, Heard) {
    let heard = Heard::default();
    let (kept, refused) = (heard.clone(), Arc::new(Mutex::new(0)));
    let take = move |headers: HeaderMap, body: String| async move {
        let mut refused = refused.lock().unwrap();
        if *refused < refusals {
            *refused += 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        kept.lock()
            .unwrap()
            .push((serde_json::from_str(&body).unwrap(), headers.contains_key("content-type")));
        StatusCode::OK
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/answer?signature=secret", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/answer", put(take))).await });
    (url, heard)
}

fn event(request_type: &str, url: &str) -> Value {
    json!({"RequestType": request_type, "ResponseURL": url, "StackId": "stack", "RequestId": "request",
        "LogicalResourceId": "Migration", "PhysicalResourceId": "schema", "ResourceType": "Custom::Migration"})
}

fn in_seconds(seconds: u64) -> SystemTime {
    SystemTime::now() + Duration::from_secs(seconds)
}

/// What CloudFormation hears of `work`.
async fn heard_of<W>(work: W, seconds: u64) -> Value
where
    W: Future<Output = Result<Migrated, Error>>,
{
    let (url, heard) = cloudformation(0).await;
    let request = Request::of(&event("Update", &url)).unwrap();
    request.answer(in_seconds(seconds), work).await.unwrap();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    heard[0].0.clone()
}

#[tokio::test]
async fn success_is_answered_with_the_ids_that_were_asked_with_and_no_content_type() {
    let (url, heard) = cloudformation(0).await;
    let work = async { Ok(Migrated { version: 1005, applied: 3 }) };
    Request::of(&event("Create", &url)).unwrap().answer(in_seconds(60), work).await.unwrap();
    let (answer, typed) = heard.lock().unwrap()[0].clone();
    let digest = answer["Data"]["Settings"].clone();
    assert_eq!(
        answer,
        json!({"Status": "SUCCESS", "Reason": "", "PhysicalResourceId": "schema", "StackId": "stack",
            "RequestId": "request", "LogicalResourceId": "Migration",
            "Data": {"version": 1005, "applied": 3, "Settings": digest}})
    );
    assert!(!typed);
}

/// What the functions' versions are told apart by, for these settings.
async fn digest_of(properties: Value) -> String {
    let (url, heard) = cloudformation(0).await;
    let mut event = event("Update", &url);
    event["ResourceProperties"] = properties;
    let work = async { Ok(Migrated { version: 1005, applied: 0 }) };
    Request::of(&event).unwrap().answer(in_seconds(60), work).await.unwrap();
    heard.lock().unwrap()[0].0["Data"]["Settings"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_answer_has_a_digest_that_is_another_for_other_settings_and_for_nothing_else() {
    let first = digest_of(json!({"ServiceToken": "a", "Version": "1", "Settings": ["info", "secret"]})).await;
    assert_eq!(first.len(), 64);
    // Lambda refuses to publish a version that differs in nothing: another release alone is no other setting.
    for same in [json!({"ServiceToken": "a", "Version": "2", "Settings": ["info", "secret"]})] {
        assert_eq!(digest_of(same).await, first);
    }
    for other in [
        json!(["info", "iam"]),
        json!(["info", "secret", ""]),
        json!(["secret", "info"]),
        json!(["infosecret"]),
    ] {
        assert_ne!(digest_of(json!({"Settings": other})).await, first, "{other}");
    }
    assert_eq!(digest_of(json!({})).await, digest_of(json!({"Version": "1"})).await);
}

#[tokio::test]
async fn a_failure_a_panic_and_a_lack_of_time_are_answered_with_their_reason() {
    let failed = heard_of(async { Err("DATABASE_URL is not set".into()) }, 60).await;
    assert_eq!((&failed["Status"], &failed["Reason"]), (&json!("FAILED"), &json!("DATABASE_URL is not set")));
    let panicked = heard_of(async { panic!("the secret") }, 60).await;
    assert_eq!(panicked["Reason"], "migrate panicked; its log says where");
    let late = heard_of(std::future::pending(), 16).await;
    assert!(late["Reason"].as_str().unwrap().starts_with("not migrated within"), "{late}");
}

#[tokio::test]
async fn deleting_is_answered_and_does_nothing() {
    let (url, heard) = cloudformation(0).await;
    let work = async { panic!("the data stay") };
    Request::of(&event("Delete", &url)).unwrap().answer(in_seconds(60), work).await.unwrap();
    assert_eq!(heard.lock().unwrap()[0].0["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_sent_again() {
    let (url, heard) = cloudformation(2).await;
    Request::of(&event("Delete", &url))
        .unwrap()
        .answer(in_seconds(60), std::future::pending())
        .await
        .unwrap();
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_an_error_without_the_signed_url() {
    let request = Request::of(&event("Delete", "http://127.0.0.1:1/answer?signature=secret")).unwrap();
    let error = request.answer(in_seconds(60), std::future::pending()).await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn an_invocation_by_hand_is_a_command_and_nothing_is_done_by_mistake() {
    assert!(Request::of(&json!({})).is_none());
    for (event, command) in [
        (json!(null), Command::Migrate),
        (json!({}), Command::Migrate),
        (json!({"command": "migrate"}), Command::Migrate),
        (json!({"command": "count_secrets"}), Command::CountSecrets),
        (json!({"command": "reencrypt_secrets"}), Command::ReencryptSecrets),
    ] {
        assert_eq!(Command::of(&event).unwrap(), command);
    }
    for event in [json!({"comand": "count_secrets"}), json!({"command": "reencrypt"}), json!("count_secrets")]
    {
        let error = Command::of(&event).unwrap_err().to_string();
        assert!(error.contains("reencrypt_secrets"), "{error}");
    }
}

#[tokio::test]
async fn two_deployments_at_once_and_a_third_later_leave_one_schema() {
    let server = std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL is not set: run the tests by `make test`");
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    let url = format!("{start}/{name}");

    let database = Database::new(&url, None, Login::Url).unwrap();
    let roles = RoleLogin::Unchanged;
    let (one, other) = tokio::join!(run(&database, &roles), run(&database, &roles));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.version, other.version);
    assert_eq!(run(&database, &roles).await.unwrap().applied, 0);

    sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)")))
        .execute(&mut admin)
        .await
        .unwrap();
}
