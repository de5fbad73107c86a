use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

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
