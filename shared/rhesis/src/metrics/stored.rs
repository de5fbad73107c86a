//! Metrics as users keep them: seen, changed, deleted, given to what they judge.

use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query};
use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::Metric;

/// A metric with what the system knows of it.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = Metric)]
pub struct StoredMetric {
    /// Its id.
    pub id: Uuid,
    /// The metric.
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub metric: Metric,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// The list of metrics, newest first.
pub const LIST: Listing = Listing {
    name: "metrics",
    from: "metric m",
    id: "m.id",
    columns: &[
        Column::uuid("id", "m.id"),
        Column::text("name", "m.name").sorted_by("left(m.name, 255)"),
        Column::text("description", "m.description").unsorted(),
        Column::text("class_name", "m.class_name"),
        Column::text("score_type", "m.score_type"),
        Column::number("threshold", "m.threshold").unsorted(),
        Column::flag("ground_truth_required", "m.ground_truth_required"),
        Column::flag("context_required", "m.context_required"),
        Column::uuid("model_id", "m.model_id").unsorted(),
        Column::time("created_at", "m.created_at"),
        Column::time("updated_at", "m.updated_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists the tenant's metrics.
pub async fn list(conn: &mut PgConnection, query: &Query) -> sqlx::Result<Page<StoredMetric>> {
    let picked = LIST.pick(conn, query, |_| ()).await?;
    let rows =
        sql::query_as("select m.* from metric m where m.id = any ($1) order by array_position($1, m.id)")
            .bind(&picked.ids)
            .fetch_all(conn)
            .await?;
    Ok(picked.page(rows))
}

/// One of them.
pub async fn show(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<StoredMetric>> {
    sql::query_as("select m.* from metric m where m.id = $1").bind(id).fetch_optional(conn).await
}

/// Replaces all that a metric says; `None` if there is none. Results that are stored keep what it said then.
pub async fn replace(
    conn: &mut PgConnection,
    id: Uuid,
    metric: &Metric,
) -> sqlx::Result<Option<StoredMetric>> {
    sql::query_as(
        "update metric t
         set (name, description, class_name, parameters, evaluation_prompt, evaluation_steps, reasoning, evaluation_examples,
              score_type, min_score, max_score, threshold, threshold_operator, categories, passing_categories,
              ground_truth_required, context_required, metric_scope, model_id, updated_at) =
             (m.name, m.description, m.class_name, m.parameters, m.evaluation_prompt, m.evaluation_steps, m.reasoning,
              m.evaluation_examples, m.score_type, m.min_score, m.max_score, m.threshold, m.threshold_operator, m.categories,
              m.passing_categories, m.ground_truth_required, m.context_required, m.metric_scope, m.model_id,
              clock_timestamp())
         from jsonb_populate_record(null::metric, $2) m
         where t.id = $1
         returning t.*",
    )
    .bind(id)
    .bind(Json(metric))
    .fetch_optional(conn)
    .await
}

/// Deletes a metric and takes it from all it judges; true if there was one. Stored results keep their text.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query("delete from metric where id = $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}

/// Whether there are both of them.
pub async fn are_there(conn: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> sqlx::Result<bool> {
    sql::query_scalar(
        "select exists (select from metric where id = $1) and exists (select from test_set where id = $2)",
    )
    .bind(metric_id)
    .bind(test_set_id)
    .fetch_one(conn)
    .await
}

/// Takes a metric from a test set, if it judges it.
pub async fn release(conn: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> sqlx::Result<()> {
    sql::query("delete from test_set_metric where test_set_id = $1 and metric_id = $2")
        .bind(test_set_id)
        .bind(metric_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// The metrics of a test set, by name.
pub async fn of_test_set(conn: &mut PgConnection, test_set_id: Uuid) -> sqlx::Result<Vec<StoredMetric>> {
    sql::query_as(
        "select m.* from test_set_metric s join metric m on m.id = s.metric_id where s.test_set_id = $1
         order by m.name, m.id limit 1000",
    )
    .bind(test_set_id)
    .fetch_all(conn)
    .await
}

/// The metrics of a behavior, by name.
pub async fn of_behavior(conn: &mut PgConnection, behavior_id: Uuid) -> sqlx::Result<Vec<StoredMetric>> {
    sql::query_as(
        "select m.* from behavior_metric s join metric m on m.id = s.metric_id where s.behavior_id = $1
         order by m.name, m.id limit 1000",
    )
    .bind(behavior_id)
    .fetch_all(conn)
    .await
}
