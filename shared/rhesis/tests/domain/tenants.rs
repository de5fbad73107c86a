//! Row-level security: no tenant, no rows; another's rows do not exist.

use rhesis::import::Format;
use rhesis::imports::{self, NewImport};
use rhesis::test_sets::Visibility;
use rhesis::{configurations, runs, test_sets};
use sqlx::{AssertSqlSafe, PgConnection};
use testing::Database;
use uuid::Uuid;

use crate::world::{World, column};

const TENANT_TABLES: &str = "select table_name::text from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id' order by 1";

#[tokio::test]
async fn row_level_security_is_forced_on_every_table_and_bound_to_the_tenant() {
    let database = Database::new().await;
    let mut owner = database.owner().acquire().await.unwrap();
    let open = column(
        &mut owner,
        "select c.relname::text from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_sqlx_migrations'
           and not (c.relrowsecurity and c.relforcerowsecurity and exists (
             select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'
               and p.polroles = array['tasks_tenant'::regrole::oid]))",
    )
    .await;
    assert_eq!(open, [] as [Option<String>; 0]);
    let loose = column(
        &mut owner,
        "select format('%s on %s', polname, polrelid::regclass) from pg_policy
         where polrelid::regclass::text not like 'tasks.%' and polname not in ('tenant', 'provision', 'authenticate', 'owner', 'end_with_task', 'last_used', 'own', 'notify', 'private', 'long_calls')",
    )
    .await;
    assert_eq!(loose, [] as [Option<String>; 0]);
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows_in_every_table_and_nothing_without_being_bound() {
    let database = Database::new().await;
    let (one, two) = (World::new(&database, 2).await, World::new(&database, 3).await);
    for world in [&one, &two] {
        let id = world.configuration_id;
        let mut tx = world.begin().await;
        sql::query(
            "insert into webhook (url, secret, events) values ('https://hook.test', '', '{task.failed}')",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
        runs::complete(&mut tx, run.test_run_id).await.unwrap();
        let new = NewImport {
            name: "file".to_owned(),
            format: Format::Csv,
            visibility: Visibility::Organization,
            parts: None,
            user_id: None,
        };
        let import = imports::open(&mut tx, &new).await.unwrap();
        imports::put(&mut tx, import, 1, b"prompt").await.unwrap();
        for statement in [
            "insert into model (name, model_name, endpoint) values ('m', 'm', 'https://models.test')",
            "insert into behavior (name) values ('b')",
            "insert into console_session (user_id, secret_hash, expires_at)
             select id, encode(sha256(id::text::bytea), 'hex'), now() from \"user\"",
            "insert into behavior_metric (behavior_id, metric_id) select b.id, m.id from behavior b, metric m",
        ] {
            sql::query(statement).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let tables = column(&mut database.owner().acquire().await.unwrap(), TENANT_TABLES).await;
    let tables: Vec<String> = tables
        .into_iter()
        .flatten()
        .filter(|table| {
            !["token", "notice", "sign_in_code", "private_test", "long_call"].contains(&table.as_str())
        })
        .collect();
    assert!(tables.len() >= 18, "{tables:?}");
    let organization = one.founded.organization_id;
    let mut tx = one.begin().await;
    for table in &tables {
        assert_eq!(organizations_in(&mut tx, table).await, [organization], "{table}");
    }
    tx.commit().await.unwrap();
    let mut unbound = one.pool.begin().await.unwrap();
    sql::query("set local role tasks_tenant").execute(&mut *unbound).await.unwrap();
    for table in &tables {
        assert_eq!(organizations_in(&mut unbound, table).await, [] as [Uuid; 0], "{table}");
    }
}

#[tokio::test]
async fn a_tenant_cannot_use_or_make_rows_of_another() {
    let database = Database::new().await;
    let (one, two) = (World::new(&database, 1).await, World::new(&database, 1).await);
    let (own_set, own_configuration) = (one.test_set_id, one.configuration_id);
    let mut tx = one.begin().await;
    let foreign = configurations::load(&mut tx, two.configuration_id).await.unwrap_err();
    assert_eq!(foreign.to_string(), format!("Test configuration {} not found", two.configuration_id));
    let changed = sql::query("update test_configuration set test_set_id = $1 where id = $2")
        .bind(own_set)
        .bind(two.configuration_id)
        .execute(&mut *tx)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 0);
    assert_eq!(test_sets::count(&mut tx).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut tx = one.begin().await;
    let stolen = sql::query("update test_configuration set test_set_id = $1 where id = $2")
        .bind(two.test_set_id)
        .bind(own_configuration)
        .execute(&mut *tx)
        .await;
    assert_constraint(stolen, "test_configuration_test_set_fkey");
    drop(tx);
    let mut tx = one.begin().await;
    let planted = sql::query("insert into test_set (name, organization_id) values ('x', $1)")
        .bind(two.founded.organization_id)
        .execute(&mut *tx)
        .await;
    assert!(planted.unwrap_err().to_string().contains("row-level security"));
}

async fn organizations_in(conn: &mut PgConnection, table: &str) -> Vec<Uuid> {
    let query = format!(r#"select distinct organization_id from "{table}""#);
    sqlx::query_scalar(AssertSqlSafe(query)).persistent(!sql::pooled()).fetch_all(conn).await.unwrap()
}

fn assert_constraint<T: std::fmt::Debug>(result: sqlx::Result<T>, name: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.as_database_error().and_then(|e| e.constraint()), Some(name), "{error}");
}
