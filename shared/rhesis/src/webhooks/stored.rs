use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query};
use rand::RngCore as _;
use secrecy::SecretString;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Event;
use crate::secrets::Sealed;

/// How many webhooks an organization may have.
pub const MOST: i64 = 20;

/// A webhook without its secret.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Who is called.
    pub url: String,
    /// What they are told: words of [`Event`].
    pub events: Vec<String>,
    /// Whether they are called: not any more, once they answered 410.
    pub is_active: bool,
    /// The HTTP status of the last attempt, if there was one.
    pub last_status: Option<i32>,
    /// Why the last attempt did not succeed.
    pub last_error: Option<String>,
    /// When that was.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A new secret: `whsec_` and 32 random bytes in base64, as Standard Webhooks writes them.
pub fn generate_secret() -> SecretString {
    let mut bytes = [0; 32];
    rand::rngs::ThreadRng::default().fill_bytes(&mut bytes);
    format!("whsec_{}", STANDARD.encode(bytes)).into()
}

/// Stores a webhook of the bound organization; `None` if it has [`MOST`] already.
pub async fn create(
    conn: &mut PgConnection,
    url: &str,
    events: &[Event],
    secret: &Sealed,
    user_id: Option<Uuid>,
) -> sqlx::Result<Option<Webhook>> {
    let events: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
    sql::query_as(
        "insert into webhook (id, url, events, secret, user_id)
         select $1, $2, $3, $4, $5 where (select count(*) from webhook) < $6
         returning id, url, events, is_active, last_status, last_error, last_attempt_at, created_at",
    )
    .bind(Uuid::now_v7())
    .bind(url)
    .bind(events)
    .bind(secret)
    .bind(user_id)
    .bind(MOST)
    .fetch_optional(conn)
    .await
}

/// The list of webhooks, oldest first.
pub const LIST: Listing = Listing {
    name: "webhooks",
    from: "webhook w",
    id: "w.id",
    columns: &[
        Column::uuid("id", "w.id"),
        Column::text("url", "w.url").sorted_by("left(w.url, 255)"),
        Column::flag("is_active", "w.is_active"),
        Column::number("last_status", "w.last_status").unsorted(),
        Column::time("last_attempt_at", "w.last_attempt_at")
            .sorted_by("coalesce(w.last_attempt_at, 'epoch')"),
        Column::time("created_at", "w.created_at"),
    ],
    order: (0, Direction::Ascending),
};

/// Lists the webhooks of the bound organization.
pub async fn list(conn: &mut PgConnection, query: &Query) -> sqlx::Result<Page<Webhook>> {
    let picked = LIST.pick(conn, query, |_| ()).await?;
    let rows = sql::query_as(
        "select id, url, events, is_active, last_status, last_error, last_attempt_at, created_at
         from webhook where id = any ($1) order by array_position($1, id)",
    )
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
}

/// Whether there is a webhook of this id, active or not.
pub async fn exists(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    sql::query_scalar("select exists (select from webhook where id = $1)").bind(id).fetch_one(conn).await
}

/// Deletes a webhook; false if there is none. Deliveries that are on their way end as `inactive`.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query("delete from webhook where id = $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}
