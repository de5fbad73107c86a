//! Behaviors: what tests test. Their metrics judge a test of theirs where neither its configuration nor its test set names one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// A behavior as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct Behavior {
    /// The behavior.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Who made it.
    pub user_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Makes a behavior; its name is not blank.
pub async fn create(
    conn: &mut PgConnection,
    name: &str,
    description: Option<&str>,
    user_id: Option<Uuid>,
) -> sqlx::Result<Behavior> {
    sql::query_as("insert into behavior (id, name, description, user_id) values ($1, $2, $3, $4) returning *")
        .bind(Uuid::now_v7())
        .bind(name)
        .bind(description)
        .bind(user_id)
        .fetch_one(conn)
        .await
}

/// Changes what is there of name and description; `None` if there is no such behavior.
pub async fn change(
    conn: &mut PgConnection,
    id: Uuid,
    name: Option<&str>,
    description: Option<&str>,
) -> sqlx::Result<Option<Behavior>> {
    sql::query_as(
        "update behavior set name = coalesce($2, name), description = coalesce($3, description),
                updated_at = clock_timestamp()
         where id = $1 returning *",
    )
    .bind(id)
    .bind(name)
    .bind(description)
    .fetch_optional(conn)
    .await
}

/// The list of behaviors, newest first.
pub const LIST: Listing = Listing {
    name: "behaviors",
    from: "behavior b",
    id: "b.id",
    columns: &[
        Column::uuid("id", "b.id"),
        Column::text("name", "b.name"),
        Column::text("description", "b.description").unsorted(),
        Column::uuid("user_id", "b.user_id").unsorted(),
        Column::time("created_at", "b.created_at"),
        Column::time("updated_at", "b.updated_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists the organization's behaviors.
pub async fn list(conn: &mut PgConnection, query: &Query) -> sqlx::Result<Page<Behavior>> {
    let picked = LIST.pick(conn, query, |_| ()).await?;
    let rows =
        sql::query_as("select b.* from behavior b where b.id = any ($1) order by array_position($1, b.id)")
            .bind(&picked.ids)
            .fetch_all(conn)
            .await?;
    Ok(picked.page(rows))
}

/// One of them.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Behavior>> {
    sql::query_as("select b.* from behavior b where b.id = $1").bind(id).fetch_optional(conn).await
}

/// Deletes a behavior; true if there was one. Its tests stay, without one.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query("delete from behavior where id = $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}

/// The behaviors of these names, which are made where there are none; of several with a name, the oldest.
pub async fn named(
    conn: &mut PgConnection,
    names: &[&str],
    user_id: Option<Uuid>,
) -> sqlx::Result<BTreeMap<String, Uuid>> {
    // Two requests that make the same name wait for each other, and make one.
    sql::query(
        "select pg_advisory_xact_lock(hashtextextended('behavior ' || tasks.bound_organization(), 0))",
    )
    .execute(&mut *conn)
    .await?;
    sql::query(
        "insert into behavior (name, user_id)
         select distinct n.name, $2::uuid from unnest($1::text[]) n (name)
         where not exists (select from behavior b where b.name = n.name)",
    )
    .bind(names)
    .bind(user_id)
    .execute(&mut *conn)
    .await?;
    let found: Vec<(String, Uuid)> = sql::query_as(
        "select distinct on (b.name) b.name, b.id from behavior b where b.name = any ($1) order by b.name, b.id",
    )
    .bind(names)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().collect())
}

/// Gives a behavior a metric; does nothing if it has it. False if there is not both.
pub async fn assign(conn: &mut PgConnection, id: Uuid, metric_id: Uuid) -> sqlx::Result<bool> {
    let there: bool = sql::query_scalar(
        "select exists (select from behavior where id = $1) and exists (select from metric where id = $2)",
    )
    .bind(id)
    .bind(metric_id)
    .fetch_one(&mut *conn)
    .await?;
    if there {
        sql::query(
            "insert into behavior_metric (behavior_id, metric_id) values ($1, $2) on conflict do nothing",
        )
        .bind(id)
        .bind(metric_id)
        .execute(conn)
        .await?;
    }
    Ok(there)
}

/// Takes a metric from a behavior, if it has it.
pub async fn release(conn: &mut PgConnection, id: Uuid, metric_id: Uuid) -> sqlx::Result<()> {
    sql::query("delete from behavior_metric where behavior_id = $1 and metric_id = $2")
        .bind(id)
        .bind(metric_id)
        .execute(conn)
        .await?;
    Ok(())
}
