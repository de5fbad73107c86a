use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A configuration to be made.
#[derive(Debug, Clone)]
pub struct NewConfiguration {
    /// Its id; if there is one with this id already, nothing is made.
    pub id: Uuid,
    /// The AI system under test.
    pub endpoint_id: Uuid,
    /// The tests it runs.
    pub test_set_id: Option<Uuid>,
    /// How; what [`super::check`] lets through.
    pub attributes: Map<String, Value>,
    /// Who makes it.
    pub user_id: Option<Uuid>,
}

/// A configuration as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct StoredConfiguration {
    /// The configuration.
    pub id: Uuid,
    /// The AI system under test.
    pub endpoint_id: Uuid,
    /// The tests it runs; `None` once the test set was deleted.
    pub test_set_id: Option<Uuid>,
    /// How.
    pub attributes: Json<Map<String, Value>>,
    /// Who made it.
    pub user_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// What is to become of a configuration; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The AI system under test.
    pub endpoint_id: Option<Uuid>,
    /// The tests it runs.
    pub test_set_id: Option<Uuid>,
    /// How; replaces what was there.
    pub attributes: Option<Map<String, Value>>,
}

/// What a change found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// The configuration is as it was to be.
    Done,
    /// This run of it has not ended: what it is made of stays.
    Running(Uuid),
    /// It was run: what its runs say of endpoint and test set stays true.
    WasRun,
}

/// What a delete found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The configuration is gone.
    Done,
    /// It has runs, whose results would go with it: it stays.
    WasRun,
}

/// Creates a configuration, unless there is one with its id. Fails on a foreign key if endpoint or test set do not exist.
pub async fn create_new(conn: &mut PgConnection, new: &NewConfiguration) -> sqlx::Result<()> {
    sql::query(
        "insert into test_configuration (id, endpoint_id, test_set_id, attributes, user_id) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing",
    )
    .bind(new.id)
    .bind(new.endpoint_id)
    .bind(new.test_set_id)
    .bind(Json(&new.attributes))
    .bind(new.user_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Lists configurations, newest first: those of a test set, or all; behind a place in the list, or from its beginning.
pub async fn list(
    conn: &mut PgConnection,
    test_set_id: Option<Uuid>,
    behind: Option<(DateTime<Utc>, Uuid)>,
    skip: i64,
    limit: i64,
) -> sqlx::Result<Vec<StoredConfiguration>> {
    sql::query_as(
        "select id, endpoint_id, test_set_id, attributes, user_id, created_at, updated_at
         from test_configuration
         where ($1::uuid is null or test_set_id = $1) and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc offset $4 limit $5",
    )
    .bind(test_set_id)
    .bind(behind.map(|(time, _)| time))
    .bind(behind.map(|(_, id)| id))
    .bind(skip)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// One configuration; `None` if there is none.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<StoredConfiguration>> {
    sql::query_as(
        "select id, endpoint_id, test_set_id, attributes, user_id, created_at, updated_at
         from test_configuration where id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Changes a configuration that no run is on of; endpoint and test set only if it was never run.
pub async fn change(conn: &mut PgConnection, id: Uuid, change: &Change) -> sqlx::Result<Option<Changed>> {
    let Some(last) = lock(conn, id).await? else {
        return Ok(None);
    };
    match last {
        Some((run, true)) => return Ok(Some(Changed::Running(run))),
        Some(_) if change.endpoint_id.is_some() || change.test_set_id.is_some() => {
            return Ok(Some(Changed::WasRun));
        }
        _ => {}
    }
    sql::query(
        "update test_configuration
         set endpoint_id = coalesce($2, endpoint_id), test_set_id = coalesce($3, test_set_id),
             attributes = coalesce($4, attributes), updated_at = clock_timestamp()
         where id = $1",
    )
    .bind(id)
    .bind(change.endpoint_id)
    .bind(change.test_set_id)
    .bind(change.attributes.as_ref().map(Json))
    .execute(conn)
    .await?;
    Ok(Some(Changed::Done))
}

/// Deletes a configuration that was never run; `None` if there is no such configuration.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Deleted>> {
    match lock(conn, id).await? {
        None => Ok(None),
        Some(Some(_)) => Ok(Some(Deleted::WasRun)),
        Some(None) => {
            sql::query("delete from test_configuration where id = $1").bind(id).execute(conn).await?;
            Ok(Some(Deleted::Done))
        }
    }
}

/// Locks a configuration against new runs, and looks for one: its id and whether it has not ended, such a one first.
async fn lock(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Option<(Uuid, bool)>>> {
    let found: Option<Uuid> = sql::query_scalar("select id from test_configuration where id = $1 for update")
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    if found.is_none() {
        return Ok(None);
    }
    let run = sql::query_as(
        "select id, status in ('Queued', 'Progress') from test_run where test_configuration_id = $1
         order by 2 desc limit 1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    Ok(Some(run))
}
