//! What a process leaves behind in Postgres that dies, is frozen, or stops waiting.

use std::pin::pin;
use std::time::{Duration, Instant};

use catalog::TASKS;
use sqlx::{Connection as _, PgConnection};
use testing::Database;

use crate::sleeping::death::dies_after;

/// Whether `condition` answers true within ten seconds.
async fn soon(database: &Database, condition: &'static str) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(10) {
        if sql::query_scalar(condition).fetch_one(database.owner()).await.unwrap() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn every_role_lets_go_after_a_minute_and_is_looked_after_every_two_seconds() {
    let database = Database::new().await;
    let mut roles: Vec<String> = TASKS.iter().map(|task| format!("task_{}", task.kind)).collect();
    roles.extend(["tasks_api".to_owned(), "tasks_relay".to_owned()]);
    for role in roles {
        let mut session = PgConnection::connect(&database.url_as(Some(&role))).await.unwrap();
        let settings: (String, String) = sql::query_as(
            "select current_setting('idle_in_transaction_session_timeout'),
               current_setting('client_connection_check_interval')",
        )
        .fetch_one(&mut session)
        .await
        .unwrap();
        assert_eq!(settings, ("1min".to_owned(), "2s".to_owned()), "{role}");
        session.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_of_a_process_that_died_ends_although_it_waits_for_a_lock() {
    let database = Database::new().await;
    let mut holder = database.owner().acquire().await.unwrap();
    sql::query("select pg_advisory_lock(1)").execute(&mut *holder).await.unwrap();
    let mut dying = PgConnection::connect(&database.url_as(Some("tasks_relay"))).await.unwrap();
    let waiting = "select exists (select from pg_stat_activity
        where datname = current_database() and usename = 'tasks_relay' and wait_event_type = 'Lock')";
    {
        let mut statement =
            pin!(sql::query("select pg_advisory_lock(2), pg_advisory_lock(1)").execute(&mut dying));
        let there = soon(&database, waiting);
        tokio::select! {
            answer = &mut statement => panic!("nobody let it: {answer:?}"),
            there = there => assert!(there),
        }
    }
    drop(dying);

    let free = "select not exists (select from pg_stat_activity
        where datname = current_database() and usename = 'tasks_relay')
        and pg_try_advisory_xact_lock(2)";
    assert!(soon(&database, free).await);
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_any_more_is_over_and_binds_nobody_after_it() {
    let database = Database::new().await;
    let tenant = database.organization().await.tenant();
    let store = database.store_with("task_count_test_sets", 1);
    store.begin(tenant).await.unwrap().rollback().await.unwrap();
    for steps in 0.. {
        if dies_after(steps, store.begin(tenant)).await.is_some() {
            assert!(steps > 1);
            break;
        }
        let bound = sql::query_scalar(
            "select concat(current_setting('role'), ' ', current_setting('app.organization_id', true))",
        );
        let mut next = store.pool().await.unwrap().acquire().await.unwrap();
        let bound: String = sql::one(&mut next, bound).await.unwrap();
        assert_eq!(bound, "none ", "given up after {steps} steps");
    }
}
