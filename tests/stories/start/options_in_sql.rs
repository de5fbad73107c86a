//! Options as SQL takes them: the names of HTTP and those of the columns, and nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use store::bad_option;
use testing::System;
use uuid::Uuid;

use crate::lifecycle::promises;

/// The option that was refused and its place, or none if the statement went through; rolled back either way.
async fn refused(system: &System, statement: &'static str, argument: &Value) -> Option<(String, usize)> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let error = sql::query(statement).bind(Json(argument)).execute(&mut *tx).await.err()?;
    let bad = bad_option(&error).unwrap_or_else(|| panic!("{argument}: {error}"));
    Some((bad.option, bad.index))
}

const ONE: &str = "select tasks.enqueue('count_test_sets', '{}', $1)";
const MANY: &str = "select tasks.enqueue_all($1)";
const GROUP: &str = "select tasks.enqueue_group($1)";
const SCHEDULE: &str = "select tasks.create_schedule($1)";

#[tokio::test]
async fn unknown_names_and_wrong_types_are_refused_by_name_and_place_wherever_options_are_taken() {
    let system = System::new().await;
    let huge: Value = serde_json::from_str("1e300").unwrap();
    for (option, value) in [
        ("countdwn", json!(600)),
        ("Countdown", json!(1)),
        ("held", json!(true)),
        ("position", json!(3)),
        ("group_id", json!(Uuid::now_v7())),
        ("schedule_id", json!(Uuid::now_v7())),
        ("queue", json!("x")),
        ("countdown", json!("600")),
        ("countdown", json!([])),
        ("countdown", huge),
        ("eta", json!(17)),
        ("eta", json!("tomorrow")),
        ("eta", json!("infinity")),
        ("eta", json!("2026-13-01T00:00:00Z")),
        ("expires", json!("infinity")),
        ("expires", json!("294276-01-01T00:00:00Z")),
        ("expires", json!("9999-01-01T00:00:00Z")),
        ("expires", json!(true)),
        ("expires_in", json!("1 hour")),
        ("expires_at", json!("-infinity")),
        ("max_retries", json!(1.5)),
        ("max_retries", json!("3")),
        ("max_retries", json!(1e12)),
        ("backoff", json!(2)),
        ("backoff", json!({"base": 2})),
        ("backoff", json!({"factor": "2"})),
        ("backoff_factor", json!("2")),
        ("priority", json!("urgent")),
        ("priority", json!(2)),
        ("priority", json!([1])),
        ("time_limit", json!({})),
        ("limit_key", json!(7)),
        ("idempotency_key", json!(7)),
        ("headers", json!("x")),
        ("parent_id", json!("not a uuid")),
        ("id", json!(3)),
    ] {
        let found = refused(&system, ONE, &json!({ option: value })).await;
        assert_eq!(found, Some((option.to_owned(), 0)), "{option}: {value}");
        let task = json!({ "kind": "count_test_sets", option: value });
        let found = refused(&system, MANY, &json!([{ "kind": "count_test_sets" }, task])).await;
        assert_eq!(found, Some((option.to_owned(), 1)), "{option}: {value}");
        let members =
            json!({ "id": Uuid::now_v7(), "window": 1, "members": [{ "kind": "count_test_sets" }, task] });
        assert_eq!(
            refused(&system, GROUP, &members).await,
            Some((option.to_owned(), 1)),
            "{option}: {value}"
        );
        let schedule = json!({
            "name": "x", "kind": "count_test_sets", "args": {}, "every": 60, "catch_up": "skip",
            "next_at": "2030-01-01T00:00:00Z", "options": { option: value },
        });
        assert_eq!(
            refused(&system, SCHEDULE, &schedule).await,
            Some((option.to_owned(), 0)),
            "{option}: {value}"
        );
    }
    for (statement, argument, option) in [
        (ONE, json!([]), "options"),
        (ONE, json!({ "kind": "x" }), "options"),
        (MANY, json!({}), "tasks"),
        (MANY, json!([7]), "tasks"),
        (GROUP, json!({ "windw": 1 }), "windw"),
        (GROUP, json!({ "id": Uuid::now_v7(), "window": "many", "members": [] }), "window"),
        (GROUP, json!({ "id": Uuid::now_v7(), "window": 1, "members": 5 }), "members"),
        (GROUP, json!({ "id": Uuid::now_v7(), "window": 1, "members": [], "policy": "some" }), "policy"),
        (GROUP, json!({ "id": Uuid::now_v7(), "window": 1, "members": [], "callback": [] }), "callback"),
        (GROUP, json!({ "id": Uuid::now_v7(), "window": 1, "members": [], "kicked": "no" }), "kicked"),
        (SCHEDULE, json!({ "name": "x", "evry": 60 }), "evry"),
        (SCHEDULE, json!({ "name": "x", "every": "1 min" }), "every"),
        (SCHEDULE, json!({ "name": "x", "every": 60, "next_at": "infinity" }), "next_at"),
    ] {
        assert_eq!(refused(&system, statement, &argument).await.unwrap().0, option, "{argument}");
    }
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn what_http_calls_an_option_is_understood_in_sql_too() {
    let system = System::new().await;
    let at = Utc::now() + TimeDelta::hours(2);
    let start = async |options: Value| {
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        let id: Uuid = sql::query_scalar(ONE).bind(Json(&options)).fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let row: (i16, Option<f64>, Option<f64>, Option<DateTime<Utc>>) = sql::query_as(
            "select priority, extract(epoch from backoff_factor)::float8, extract(epoch from backoff_cap)::float8,
               date_trunc('second', expires_at) from tasks.outbox where task_id = $1",
        )
        .bind(id)
        .fetch_one(system.database.owner())
        .await
        .unwrap();
        row
    };
    let words = json!({"priority": "high", "backoff": {"factor": 2, "cap": 60}, "expires": at, "headers": {"a": "b"}});
    let columns = json!({"priority": 1, "backoff_factor": 2, "backoff_cap": 60, "expires_at": at, "headers": {"a": "b"}});
    let told = start(words).await;
    assert_eq!((told.0, told.1, told.2), (1, Some(2.0), Some(60.0)));
    assert_eq!(told, start(columns).await);
    assert!(start(json!({ "expires": 60 })).await.3.is_some());
    let twice = json!({ "expires": 60, "expires_in": 60 });
    assert_eq!(refused(&system, ONE, &twice).await.unwrap().0, "options");
}
