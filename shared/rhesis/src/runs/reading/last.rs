use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// The newest run of a test set on an endpoint that has come to its end, in short.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct LastRun {
    /// The run.
    pub id: Uuid,
    /// Always null: there are no other ids here.
    pub nano_id: Option<String>,
    /// What a user called it.
    pub name: Option<String>,
    /// `Completed`, or `Partial` if some tests came to an error.
    #[schema(value_type = crate::runs::RunStatus)]
    pub status: String,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// How many tests it had.
    pub test_count: i64,
    /// How many of them passed, in percent with one decimal.
    pub pass_rate: Option<f64>,
}

/// The newest run of a whole test set on an endpoint that is Completed or Partial; `None` if there is none.
pub async fn last(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    endpoint_id: Uuid,
) -> sqlx::Result<Option<LastRun>> {
    sql::query_as(
        "select r.id, null as nano_id, r.name, r.status, r.created_at, r.total::bigint as test_count,
                round(100.0 * (select count(*) from test_result s where s.test_run_id = r.id and s.status = 'Pass')
                      / nullif(r.total, 0), 1)::float8 as pass_rate
         from test_run r join test_configuration c on c.id = r.test_configuration_id
         where c.test_set_id = $1 and c.endpoint_id = $2 and r.status in ('Completed', 'Partial')
           and r.only_status is null and r.only_fingerprint is null
         order by r.id desc limit 1",
    )
    .bind(test_set_id)
    .bind(endpoint_id)
    .fetch_optional(conn)
    .await
}
