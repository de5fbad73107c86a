//! What is done with stored endpoints. Deleted ones are not there, but for the runs that had begun.

use listing::{Column, Direction, Listing, Page, Query, Sql};
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use sqlx::types::chrono::{DateTime, Utc};
use uuid::Uuid;

use super::columns;
use crate::endpoints::{Answer, Auth, CallError, Client, Endpoint};

/// A stored endpoint.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    /// Its id.
    #[sqlx(rename = "endpoint_id")]
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How it is called.
    #[sqlx(flatten)]
    pub endpoint: Endpoint,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[sqlx(rename = "endpoint_updated_at")]
    pub updated_at: DateTime<Utc>,
}

/// Stores an endpoint and returns its id.
pub async fn create(
    conn: &mut PgConnection,
    name: &str,
    endpoint: &Endpoint,
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into endpoint (id, user_id, name, protocol, method, url, endpoint_path, request_headers, query_params,
                               request_body_template, response_mappings, timeout_seconds, auth, secrets, description,
                               project_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(user_id)
    .bind(name)
    .bind(endpoint.protocol.as_str())
    .bind(&endpoint.method)
    .bind(&endpoint.url)
    .bind(&endpoint.path)
    .bind(Json(&endpoint.headers))
    .bind(Json(&endpoint.query))
    .bind(&endpoint.template)
    .bind(Json(&endpoint.mappings))
    .bind(endpoint.timeout_seconds)
    .bind(Json(&endpoint.auth))
    .bind(Json(&endpoint.secrets))
    .bind(&endpoint.description)
    .bind(&endpoint.project_id)
    .fetch_one(conn)
    .await
}

/// Replaces an endpoint, and forgets its token; whether it is still there as it was `before`.
pub async fn replace(
    conn: &mut PgConnection,
    before: &Stored,
    name: &str,
    endpoint: &Endpoint,
) -> sqlx::Result<bool> {
    let replaced = sql::query(
        "update endpoint set name = $2, protocol = $3, method = $4, url = $5, endpoint_path = $6, request_headers = $7,
                query_params = $8, request_body_template = $9, response_mappings = $10, timeout_seconds = $11,
                auth = $12, secrets = $13, description = $15, project_id = $16, last_token = null, last_token_expires_at = null,
                updated_at = clock_timestamp()
         where id = $1 and deleted_at is null and updated_at = $14",
    )
    .bind(before.id)
    .bind(name)
    .bind(endpoint.protocol.as_str())
    .bind(&endpoint.method)
    .bind(&endpoint.url)
    .bind(&endpoint.path)
    .bind(Json(&endpoint.headers))
    .bind(Json(&endpoint.query))
    .bind(&endpoint.template)
    .bind(Json(&endpoint.mappings))
    .bind(endpoint.timeout_seconds)
    .bind(Json(&endpoint.auth))
    .bind(Json(&endpoint.secrets))
    .bind(before.updated_at)
    .bind(&endpoint.description)
    .bind(&endpoint.project_id)
    .execute(conn)
    .await?;
    Ok(replaced.rows_affected() > 0)
}

/// Deletes an endpoint, with its secrets; whether there was one. Its row stays for the results of its runs.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let deleted = sql::query(
        "update endpoint set deleted_at = clock_timestamp(), updated_at = clock_timestamp(), auth = $2,
                secrets = '{}', last_token = null, last_token_expires_at = null
         where id = $1 and deleted_at is null",
    )
    .bind(id)
    .bind(json!(Auth::None))
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// An endpoint.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Stored>> {
    sql::query_as(concat!(
        "select ",
        columns!(),
        ", e.name, e.created_at from endpoint e where e.id = $1 and e.deleted_at is null"
    ))
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// The list of endpoints, newest first.
pub const LIST: Listing = Listing {
    name: "endpoints",
    from: "endpoint e",
    id: "e.id",
    columns: &[
        Column::uuid("id", "e.id"),
        Column::text("name", "e.name").sorted_by("left(e.name, 255)"),
        Column::text("protocol", "e.protocol"),
        Column::text("method", "e.method"),
        Column::text("url", "e.url").sorted_by("left(e.url, 255)"),
        Column::text("endpoint_path", "e.endpoint_path").unsorted(),
        Column::number("timeout_seconds", "e.timeout_seconds"),
        Column::time("created_at", "e.created_at"),
        Column::time("updated_at", "e.updated_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists endpoints.
pub async fn list(conn: &mut PgConnection, query: &Query) -> sqlx::Result<Page<Stored>> {
    let only = |sql: &mut Sql| {
        sql.push(" and e.deleted_at is null");
    };
    let picked = LIST.pick(conn, query, only).await?;
    let rows = sql::query_as(concat!(
        "select ",
        columns!(),
        ", e.name, e.created_at from endpoint e where e.id = any ($1) order by array_position($1, e.id)"
    ))
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
}

/// Leaves the token that a call had to fetch to the processes after this one, encrypted.
///
/// Does nothing if the call fetched none, or the endpoint was changed meanwhile.
pub async fn keep_token(conn: &mut PgConnection, client: &Client, endpoint: &Endpoint) -> sqlx::Result<()> {
    let Auth::ClientCredentials(credentials) = &endpoint.auth else { return Ok(()) };
    let Some(token) = client.tokens.unsaved(credentials).await else { return Ok(()) };
    let Ok(sealed) = client.keys.seal(&token.secret) else { return Ok(()) };
    sql::query(
        "update endpoint set last_token = $3, last_token_expires_at = $4
         where id = $1 and updated_at = $2 and deleted_at is null",
    )
    .bind(endpoint.kept.endpoint_id)
    .bind(endpoint.kept.endpoint_updated_at)
    .bind(sealed)
    .bind(DateTime::<Utc>::from(token.expires_at))
    .execute(conn)
    .await?;
    Ok(())
}

impl Stored {
    /// Asks it one prompt, and forgets the answer.
    pub async fn invoke(&self, client: &Client, prompt: &str) -> Result<Answer, CallError> {
        client.call(&self.endpoint, prompt).await
    }
}
