//! A database that does not answer.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::Request;
use lambda_http::{Context, RequestExt as _};
use sqlx::AssertSqlSafe;

use crate::world::{Answer, Api, Client};

/// Asks within an invocation of so many milliseconds.
async fn ask(client: &Client, path: &str, time: u64) -> Answer {
    let mut context = Context::default();
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(time);
    context.deadline = end.as_millis().try_into().unwrap();
    client.send(Request::get(path).body(Body::empty()).unwrap().with_lambda_context(context)).await
}

#[tokio::test]
async fn who_asks_a_database_that_does_not_answer_is_told_before_the_invocation_ends() {
    let api = Api::new().await;
    let client = api.client().await;
    for locked in ["token", "test_set"] {
        let mut lock = api.system.database.owner().begin().await.unwrap();
        let query = format!("lock table public.{locked} in access exclusive mode");
        sqlx::raw_sql(AssertSqlSafe(query)).execute(&mut *lock).await.unwrap();
        let began = Instant::now();
        let answer = ask(&client, "/test_sets", 1_500).await;
        assert!(began.elapsed() < Duration::from_millis(1_400), "{:?}", began.elapsed());
        assert_eq!(answer.problem(), (503, None));
        assert_eq!(answer.headers["retry-after"], "5");
        lock.rollback().await.unwrap();
    }
    assert_eq!(ask(&client, "/test_sets", 20_000).await.status, 200);
}
