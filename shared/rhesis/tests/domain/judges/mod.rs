//! A language model as judge.

mod choosing;
mod quoting;
mod rescores;
mod server;
mod world;

use std::time::Duration;

use rhesis::Verdict;
use rhesis::cases;
use rhesis::endpoints::{Allow, Client, Endpoint};
use serde_json::{Value, json};
use testing::Database;

use self::server::{Judge, Reply};
use self::world::{attempt, client, judged_by, polite};
use crate::servers::{Bot, answering};
use crate::world::column;

const GOOD: Reply = Reply::Says(r#"{"reason": "friendly", "score": 7}"#);

#[tokio::test]
async fn a_model_judges_and_its_score_and_reason_are_stored() {
    let database = Database::new().await;
    let (judge, url) = Judge::start(&[GOOD]).await;
    let endpoint = answering(r#"{"output": "Hello, dear"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    let outcome = attempt(&world, run, test, &client(), false).await.unwrap();
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::Pass, None));
    let shown = &outcome.metrics["metrics"]["polite"];
    assert_eq!((&shown["score"], &shown["reason"]), (&json!(7.0), &json!("friendly")));
    assert_eq!((&shown["threshold"], &shown["threshold_operator"]), (&json!(5.0), &json!(">=")));
    assert_eq!((&shown["is_successful"], &shown["model"]), (&json!(true), &json!("Judge")));
    let (headers, body) = judge.asked.lock().unwrap()[0].clone();
    assert_eq!(
        (headers["authorization"].to_str().unwrap(), &body["model"]),
        ("Bearer sk-s3cr3t", &json!("judge-1"))
    );
    let material: Value = serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
    assert_eq!(material, json!({"input": "q1", "output": "Hello, dear", "expected": "a1"}));
}

#[tokio::test]
async fn a_score_below_the_threshold_is_a_fail_with_the_models_reason() {
    let database = Database::new().await;
    let (_, url) = Judge::start(&[Reply::Says(r#"{"reason": "curt", "score": 4.9}"#)]).await;
    let endpoint = answering(r#"{"output": "No."}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    let outcome = attempt(&world, run, test, &client(), false).await.unwrap();
    assert_eq!((outcome.verdict, outcome.reason.as_deref()), (Verdict::Fail, Some("metric polite: curt")));
}

#[tokio::test]
async fn an_answer_is_not_asked_again_because_its_judge_failed() {
    let database = Database::new().await;
    let busy: Vec<Reply> = std::iter::repeat_n(Reply::Status(503), 6).chain([GOOD]).collect();
    let (judge, url) = Judge::start(&busy).await;
    let (bot, bot_url) = Bot::start().await;
    let (world, run, test) = judged_by(&database, &Endpoint::input_output(&bot_url), polite(), &url).await;
    for _ in 0..2 {
        let problem = attempt(&world, run, test, &client(), false).await.unwrap_err();
        assert_eq!(
            problem,
            "metric polite: the model Judge could not be asked: HTTP 503 Service Unavailable"
        );
    }
    let outcome = attempt(&world, run, test, &client(), false).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Pass);
    assert_eq!((bot.times(), judge.times()), (1, 7), "three tries an attempt");
    let kept = column(&mut *world.begin().await, "select answer::text from test_run_test").await;
    assert_eq!(kept, [None], "it is in the result now");
}

#[tokio::test]
async fn a_judge_that_fails_to_the_last_is_an_error_with_its_reason_and_never_a_fail() {
    let database = Database::new().await;
    for (reply, reason) in [
        (Reply::Status(429), "HTTP 429"),
        (Reply::Status(500), "HTTP 500"),
        (Reply::Status(401), "HTTP 401"),
        (Reply::Garbage, "the response is not JSON"),
        (Reply::Says("I cannot tell. secret"), "holds no JSON object with a score"),
        (Reply::Says(r#"{"score": 11, "reason": "secret"}"#), "score is 11, which is not from 0 to 10"),
    ] {
        let (_, url) = Judge::start(&[reply]).await;
        let endpoint = answering(r#"{"output": "secret"}"#).await;
        let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
        let outcome = attempt(&world, run, test, &client(), true).await.unwrap();
        let why = outcome.reason.unwrap();
        assert_eq!(outcome.verdict, Verdict::Error, "{why}");
        assert!(why.contains(reason) && !why.contains("secret") && !why.contains("s3cr3t"), "{why}");
        assert_eq!(outcome.metrics["metrics"]["polite"]["score"], Value::Null);
        assert_eq!(outcome.metrics["metrics"]["polite"]["error_type"], "judge_error");
        assert_eq!(outcome.output, json!({"output": "secret"}), "the answer is kept for a rescore");
    }
}

#[tokio::test]
async fn an_api_without_response_formats_is_asked_without() {
    let database = Database::new().await;
    let (judge, url) = Judge::start(&[Reply::Status(400), GOOD]).await;
    let endpoint = answering(r#"{"output": "Hi"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    assert_eq!(attempt(&world, run, test, &client(), false).await.unwrap().verdict, Verdict::Pass);
    let asked = judge.asked.lock().unwrap().clone();
    assert!(asked[0].1["response_format"].is_object() && asked[1].1.get("response_format").is_none());
}

#[tokio::test]
async fn a_test_without_a_verdict_in_its_time_is_an_error_at_once() {
    let database = Database::new().await;
    let (_, url) = Judge::start(&[Reply::Never]).await;
    let endpoint = answering(r#"{"output": "Hi"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    let mut tx = world.begin().await;
    let attributes = r#"update test_configuration set attributes = '{"per_test_timeout": 1}'"#;
    sql::query(attributes).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let client = client();
    let attempt = attempt(&world, run, test, &client, false);
    let outcome = tokio::time::timeout(Duration::from_secs(20), attempt).await.unwrap().unwrap();
    assert_eq!((outcome.verdict, outcome.reason.as_deref()), (Verdict::Error, Some("no verdict within 1 s")));
    assert_eq!(outcome.output, json!({"output": "Hi"}));
}

#[tokio::test]
async fn without_a_model_or_its_keys_a_judge_is_an_error_that_says_so() {
    let database = Database::new().await;
    let endpoint = answering(r#"{"output": "Hi"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), "http://127.0.0.1:9/v1").await;
    let keyless = Client::builder().allow(Allow::this_machine()).build().unwrap();
    let why = attempt(&world, run, test, &keyless, false).await.unwrap().reason.unwrap();
    assert!(why.contains("the key of model Judge: DB_ENCRYPTION_KEY is not set"), "{why}");
    let guarded = Client::builder().build().unwrap();
    let mut tx = world.begin().await;
    sql::query("update model set key = null").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut case = cases::load(&mut *world.begin().await, run, test).await.unwrap();
    assert!(case.ask(&client(), false).await.unwrap());
    let why = case.judge(&guarded, false).await.unwrap().reason.unwrap();
    assert!(why.contains("the model Judge could not be asked: endpoint.endpoint"), "{why}");
    let mut tx = world.begin().await;
    sql::query("delete from model").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let why = attempt(&world, run, test, &client(), false).await.unwrap().reason.unwrap();
    assert!(why.contains("no model: neither the metric nor the configuration"), "{why}");
}

#[tokio::test]
async fn an_answer_without_a_message_is_tried_again_and_parts_of_a_message_are_read() {
    let database = Database::new().await;
    let in_parts = r#"{"choices": [{"message": {"content": [{"type": "text", "text": "{\"reason\": \"kind\","},
        {"type": "text", "text": " \"score\": 9}"}]}}]}"#;
    let replies = [
        Reply::Sends(r#"{"choices": [{"message": {"content": null}}]}"#),
        Reply::Sends(r#"{"choices": []}"#),
        Reply::Sends(in_parts),
    ];
    let (judge, url) = Judge::start(&replies).await;
    let endpoint = answering(r#"{"output": "Hi"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    let outcome = attempt(&world, run, test, &client(), false).await.unwrap();
    assert_eq!((outcome.verdict, judge.times()), (Verdict::Pass, 3));
}
