use sqlx::PgConnection;
use uuid::Uuid;

use super::Metric;
use crate::models::Model;
use crate::secrets::Sealed;

/// A metric that judges a test, and the model that it asks, if there is one.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The metric.
    pub metric: Metric,
    /// Its own model, else the one that was named for those without.
    pub model: Option<Model>,
}

impl From<Metric> for Chosen {
    fn from(metric: Metric) -> Self {
        Self { metric, model: None }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    #[sqlx(flatten)]
    metric: Metric,
    model: Option<String>,
    model_name: Option<String>,
    model_endpoint: Option<String>,
    model_key: Option<Sealed>,
}

/// The metrics that judge a test: those that were `configured`, else those of the test set, else those of the behavior; of
/// them those for tests of a single question. By name.
///
/// # Errors
/// The inner error is the id of a configured metric that there is no more.
pub async fn choose(
    conn: &mut PgConnection,
    configured: &[Uuid],
    test_set_id: Option<Uuid>,
    behavior_id: Option<Uuid>,
    model_id: Option<Uuid>,
) -> sqlx::Result<Result<Vec<Chosen>, Uuid>> {
    let rows: Vec<Row> = sql::query_as(
        "with of_the_set as (
             select metric_id from test_set_metric where test_set_id = $2 and cardinality($1) = 0
         ), chosen (id) as (
             select unnest($1)
             union select metric_id from of_the_set
             union select metric_id from behavior_metric
                   where behavior_id = $3 and cardinality($1) = 0 and not exists (select from of_the_set)
         )
         select m.*, md.name as model, md.model_name, md.endpoint as model_endpoint, md.key as model_key
         from chosen join metric m using (id)
         left join model md on md.id = coalesce(m.model_id, $4)
         order by m.name, m.id",
    )
    .bind(configured)
    .bind(test_set_id)
    .bind(behavior_id)
    .bind(model_id)
    .fetch_all(conn)
    .await?;
    if let Some(gone) = configured.iter().find(|id| rows.iter().all(|row| row.id != **id)) {
        return Ok(Err(*gone));
    }
    let single_turn = |row: &Row| row.metric.metric_scope.iter().any(|scope| scope == "Single-Turn");
    Ok(Ok(rows.into_iter().filter(single_turn).map(Chosen::from).collect()))
}

impl From<Row> for Chosen {
    fn from(row: Row) -> Self {
        let model = match (row.model, row.model_name, row.model_endpoint) {
            (Some(name), Some(model_name), Some(endpoint)) => {
                Some(Model { name, model_name, endpoint, key: row.model_key })
            }
            _ => None,
        };
        Self { metric: row.metric, model }
    }
}
