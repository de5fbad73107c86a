//! Each fault is planted in a database of its own and found; a database that is well is quiet.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection};
use testing::Database;

use super::finding::{Finding, Severity};
use super::{Doctor, examine, keys};

const USUAL: Doctor = Doctor { long: 300, connections: 80 };

/// What is done to a database, which check finds it, and a part of what it says.
const PLANTED: [(&str, &str, &str); 21] = [
    ("delete from _sqlx_migrations where version = 5", "migrations", "are missing: 5"),
    ("update _sqlx_migrations set success = false where version = 5", "migrations", "5 was interrupted"),
    (
        "update _sqlx_migrations set checksum = 'x' where version = 1001",
        "migrations",
        "1001 is there with another text",
    ),
    (
        "insert into _sqlx_migrations select 9999, description, now(), true, checksum, 0 from _sqlx_migrations limit 1",
        "migrations",
        "of a newer release",
    ),
    (
        "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$",
        "server",
        "transactions are read only by default",
    ),
    (
        "alter role tasks_relay set default_transaction_read_only = on",
        "server",
        "transactions of tasks_relay are read only",
    ),
    ("alter role task_execute_test bypassrls", "roles", "task_execute_test may do what no function needs"),
    ("alter role tasks_relay nologin", "roles", "tasks_relay may not log in"),
    ("alter role tasks_tenant login", "roles", "tasks_tenant may log in"),
    ("grant tasks_engine to tasks_api", "roles", "tasks_api is a member of tasks_engine"),
    ("revoke tasks_tenant from tasks_api", "roles", "tasks_api is no member of tasks_tenant"),
    (
        "alter role tasks_api reset idle_in_transaction_session_timeout",
        "roles",
        "no idle_in_transaction_session_timeout",
    ),
    ("alter table tasks.task no force row level security", "row_security", "tasks.task is not forced"),
    ("alter table public.endpoint disable row level security", "row_security", "endpoint is off"),
    ("create table public.of_a_tenant (organization_id uuid)", "row_security", "of_a_tenant is off"),
    (
        "create policy hole on tasks.task for select to tasks_tenant using (true)",
        "row_security",
        "policy hole of tasks.task",
    ),
    (
        "revoke execute on function tasks.finish(uuid, jsonb) from tasks_worker",
        "grants",
        "tasks_worker may not run tasks.finish",
    ),
    (
        "grant execute on function tasks.finish(uuid, jsonb) to public",
        "grants",
        "everybody may run tasks.finish",
    ),
    ("alter function tasks.next_due() owner to current_user", "grants", "tasks.next_due() runs as"),
    ("grant insert on tasks.task to tasks_relay", "grants", "tasks_relay may change tasks.task"),
    (
        "update tasks.relay set swept_at = clock_timestamp() - interval '1 hour'",
        "relay",
        "the relay came by 01:00:0",
    ),
];

async fn examined(connection: &mut PgConnection) -> Vec<Finding> {
    examine::database(connection, &USUAL).await
}

/// Does something, again if somebody else on the server changed the same role meanwhile.
async fn plant(tx: &mut PgConnection, statement: &'static str) {
    for _ in 0..5 {
        let mut attempt = sqlx::Connection::begin(&mut *tx).await.unwrap();
        match sqlx::raw_sql(statement).execute(&mut *attempt).await {
            Ok(_) => return attempt.commit().await.unwrap(),
            Err(error) if error.to_string().contains("concurrently") => attempt.rollback().await.unwrap(),
            Err(error) => panic!("{statement}: {error}"),
        }
    }
    panic!("{statement}: somebody else always came first");
}

#[tokio::test]
async fn a_database_that_is_well_is_quiet() {
    let database = Database::new().await;
    let mut connection = database.owner().acquire().await.unwrap();
    assert_eq!(examined(&mut connection).await, []);
}

#[tokio::test]
async fn every_fault_that_is_planted_is_found_with_what_to_do_and_nothing_else_is() {
    let database = Database::new().await;
    for (statement, check, said) in PLANTED {
        let mut tx = database.owner().begin().await.unwrap();
        plant(&mut tx, statement).await;
        let findings = examined(&mut tx).await;
        assert!(findings.len() == 1, "{statement}: {findings:?}");
        assert_eq!(findings[0].check, check, "{statement}");
        assert!(findings[0].found.contains(said) && !findings[0].what_to_do.is_empty(), "{findings:?}");
        tx.rollback().await.unwrap();
    }
    let mut connection = database.owner().acquire().await.unwrap();
    assert_eq!(examined(&mut connection).await, []);
}

#[tokio::test]
async fn tasks_that_the_relay_should_have_acted_on_are_counted_by_kind() {
    let database = Database::new().await;
    let organization = database.organization().await;
    let mut connection = database.owner().acquire().await.unwrap();
    let statement = format!(
        "select set_config('app.organization_id', '{}', false), set_config('app.user_id', '{}', false);
         select tasks.enqueue('count_test_sets', '{{}}', '{{}}') from generate_series(1, 3);
         update tasks.outbox set visible_at = clock_timestamp() - interval '1 hour'",
        organization.id, organization.user_id
    );
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
    let findings = examined(&mut connection).await;
    assert!(findings.len() == 1 && findings[0].check == "overdue", "{findings:?}");
    assert!(
        findings[0].found.starts_with("3 tasks of count_test_sets are overdue, since 01:00:0"),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_long_transaction_and_who_waits_for_it_are_told_by_their_processes() {
    let database = Database::new().await;
    let mut holder = database.owner().begin().await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *holder).await.unwrap();
    sqlx::raw_sql("lock table tasks.task_limit").execute(&mut *holder).await.unwrap();
    let owner = database.owner().clone();
    let waiter =
        tokio::spawn(async move { sqlx::raw_sql("select from tasks.task_limit").execute(&owner).await });
    let mut connection = database.owner().acquire().await.unwrap();
    let long = "has a transaction open for 00:00:0";
    let found = until(&mut connection, &Doctor { long: 0, ..USUAL }, |findings| {
        findings.iter().any(|it| it.found.contains(&format!("waits for a lock of pid {pid}")))
    })
    .await;
    assert!(
        found.iter().any(|it| it.found.contains(long) && it.what_to_do.contains(&pid.to_string())),
        "{found:?}"
    );
    holder.rollback().await.unwrap();
    let _ = waiter.await;
}

#[tokio::test]
async fn a_table_full_of_dead_rows_is_told() {
    let database = Database::new().await;
    let mut connection = database.owner().acquire().await.unwrap();
    let plant = "create table public.swollen (n int) with (autovacuum_enabled = false);
        insert into public.swollen select generate_series(1, 20001);
        delete from public.swollen";
    sqlx::raw_sql(plant).execute(&mut *connection).await.unwrap();
    sqlx::raw_sql("select pg_stat_force_next_flush()").execute(&mut *connection).await.unwrap();
    let found = until(&mut connection, &USUAL, |findings| !findings.is_empty()).await;
    assert!(
        found[0].check == "dead_rows" && found[0].found.contains("public.swollen has 20001 dead rows"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_server_that_takes_fewer_connections_than_the_functions_may_open_is_told() {
    let database = Database::new().await;
    let mut connection = database.owner().acquire().await.unwrap();
    let found = examine::database(&mut connection, &Doctor { connections: 1_000_000, ..USUAL }).await;
    assert!(
        found.len() == 1 && found[0].found.starts_with("the functions may open 1000000 connections"),
        "{found:?}"
    );
}

#[tokio::test]
async fn the_relay_itself_sees_less_says_so_and_finds_no_fault_where_none_is() {
    let database = Database::new().await;
    let store = database.store_as("tasks_relay");
    let mut connection = store.pool().await.unwrap().acquire().await.unwrap();
    let findings = examined(&mut connection).await;
    assert!(
        !findings.is_empty() && findings.iter().all(|it| it.severity == Severity::Unknown),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_database_of_somebody_else_is_told_by_what_is_missing() {
    let database = Database::new().await;
    let mut connection = database.owner().acquire().await.unwrap();
    sqlx::raw_sql("drop schema tasks cascade; drop table _sqlx_migrations")
        .execute(&mut *connection)
        .await
        .unwrap();
    let findings = examined(&mut connection).await;
    assert!(
        findings.iter().any(|it| it.check == "migrations" && it.severity == Severity::Fault),
        "{findings:?}"
    );
}

/// Every place that `migrate` encrypts anew after a rotation: `shared/rhesis/src/secrets/rotation/places.rs`.
#[tokio::test]
async fn the_secrets_of_every_place_are_asked_for_their_keys() {
    let database = Database::new().await;
    let organization = database.organization().await.id;
    let mut connection = database.owner().acquire().await.unwrap();
    let plant = format!(
        "insert into public.endpoint (organization_id, name, url, auth, secrets, last_token, last_token_expires_at)
         values ('{organization}', 'e', 'https://a', '{{\"type\": \"bearer_token\", \"auth_token\": \"gAAAA_auth\", \"client_secret\": \"gAAAA_client\"}}',
           '{{\"one\": \"gAAAA_one\", \"two\": \"gAAAA_two\"}}', 'gAAAA_last', now());
         insert into public.model (organization_id, name, model_name, endpoint, key)
         values ('{organization}', 'm', 'm', 'https://a', 'gAAAA_model');
         insert into public.webhook (organization_id, url, events, secret)
         values ('{organization}', 'https://a', '{{task.failed}}', 'gAAAA_webhook')",
    );
    sqlx::raw_sql(AssertSqlSafe(plant)).execute(&mut *connection).await.unwrap();
    let mut stored = keys::stored(&mut connection).await.unwrap();
    stored.sort();
    let places = ["auth", "client", "last", "model", "one", "two", "webhook"];
    assert_eq!(stored, places.map(|place| format!("gAAAA_{place}")));
}

async fn until(
    connection: &mut PgConnection,
    doctor: &Doctor,
    what: impl Fn(&[Finding]) -> bool,
) -> Vec<Finding> {
    let begun = Instant::now();
    loop {
        let findings = examine::database(connection, doctor).await;
        if what(&findings) {
            return findings;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{findings:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
