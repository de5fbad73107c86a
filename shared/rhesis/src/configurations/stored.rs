use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
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
    pub test_set_id: Uuid,
    /// How; what [`super::check`] lets through.
    pub attributes: Map<String, Value>,
    /// Who makes it.
    pub user_id: Option<Uuid>,
}

/// A configuration as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = TestConfiguration)]
pub struct StoredConfiguration {
    /// The configuration.
    pub id: Uuid,
    /// The AI system under test.
    pub endpoint_id: Uuid,
    /// The tests it runs; `None` once the test set was deleted.
    pub test_set_id: Option<Uuid>,
    /// How.
    #[schema(value_type = Object)]
    pub attributes: Json<Map<String, Value>>,
    /// Who made it.
    pub user_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Creates a configuration, unless there is one with its id. Fails on a foreign key if endpoint or test set do not exist.
pub async fn create_new(conn: &mut PgConnection, new: &NewConfiguration) -> sqlx::Result<()> {
    sql::query(
        "insert into test_configuration (id, endpoint_id, test_set_id, attributes, user_id) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
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

/// The list of configurations, newest first.
pub const LIST: Listing = Listing {
    name: "test_configurations",
    from: "test_configuration c",
    id: "c.id",
    columns: &[
        // Not by ids: those that a request with an idempotency key made have no time in theirs.
        Column::time("created_at", "c.created_at"),
        Column::uuid("id", "c.id"),
        Column::uuid("endpoint_id", "c.endpoint_id"),
        Column::uuid("test_set_id", "c.test_set_id").unsorted(),
        Column::uuid("user_id", "c.user_id").unsorted(),
        Column::time("updated_at", "c.updated_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists configurations: those of a test set, or all.
pub async fn list(
    conn: &mut PgConnection,
    test_set_id: Option<Uuid>,
    query: &Query,
) -> sqlx::Result<Page<StoredConfiguration>> {
    let only = |sql: &mut Sql| {
        if let Some(test_set_id) = test_set_id {
            sql.push(" and c.test_set_id = ").push_bind(test_set_id);
        }
    };
    let picked = LIST.pick(conn, query, only).await?;
    let rows = sql::query_as(
        "select id, endpoint_id, test_set_id, attributes, user_id, created_at, updated_at
         from test_configuration where id = any ($1) order by array_position($1, id)",
    )
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
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

/// Whether there are such an endpoint and such a test set; one that is not named is.
pub async fn parts_exist(
    conn: &mut PgConnection,
    endpoint_id: Option<Uuid>,
    test_set_id: Option<Uuid>,
) -> sqlx::Result<(bool, bool)> {
    sql::query_as(
        "select $1::uuid is null or exists (select from endpoint where id = $1 and deleted_at is null),
                $2::uuid is null or exists (select from test_set where id = $2)",
    )
    .bind(endpoint_id)
    .bind(test_set_id)
    .fetch_one(conn)
    .await
}

/// The id of the configuration that a request with an idempotency key makes: the same for the same request.
pub fn id_of_request(key: &str, request: &Value) -> Uuid {
    let digest = Sha256::digest(format!("{key}\0{request}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
