use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// What one metric said of all the tests of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct MetricSummary {
    /// The metric's name in the results.
    pub name: String,
    /// Results that it is in: `passed + failed + errors`.
    pub count: i64,
    /// Those that it was met in.
    pub passed: i64,
    /// Those that it was evaluated in and not met.
    pub failed: i64,
    /// Those that it could not be evaluated in; they have no score.
    pub errors: i64,
    /// The mean score; `None` if no score is a number.
    pub average: Option<f64>,
    /// The least score.
    pub least: Option<f64>,
    /// The greatest score.
    pub greatest: Option<f64>,
}

/// What every metric of a run says, by name: as it was written down when the run ended, and until then of the results so far.
pub async fn metric_summaries(
    conn: &mut PgConnection,
    test_run_id: Uuid,
) -> sqlx::Result<Vec<MetricSummary>> {
    let kept: Option<Option<Json<Vec<MetricSummary>>>> =
        sql::query_scalar("select metric_summaries from test_run where id = $1")
            .bind(test_run_id)
            .fetch_optional(&mut *conn)
            .await?;
    match kept.flatten() {
        Some(kept) => Ok(kept.0),
        None => summed_up(conn, test_run_id).await,
    }
}

/// Sums every metric of a run up, by name, of its results.
pub(in crate::runs) async fn summed_up(
    conn: &mut PgConnection,
    test_run_id: Uuid,
) -> sqlx::Result<Vec<MetricSummary>> {
    sql::query_as(
        "select m.name, count(*) as count,
                count(*) filter (where m.verdict is true) as passed,
                count(*) filter (where m.verdict is false) as failed,
                count(*) filter (where m.verdict is null) as errors,
                avg(m.score) as average, min(m.score) as least, max(m.score) as greatest
         from test_result s
         cross join lateral (
             select e.key as name,
                    case when e.value ->> 'error' is null and jsonb_typeof(e.value -> 'is_successful') = 'boolean'
                         then (e.value ->> 'is_successful')::boolean end as verdict,
                    case when e.value ->> 'error' is null and jsonb_typeof(e.value -> 'score') = 'number'
                         then (e.value ->> 'score')::float8 end as score
             from jsonb_each(case when jsonb_typeof(s.test_metrics -> 'metrics') = 'object'
                                  then s.test_metrics -> 'metrics' else '{}' end) e
         ) m
         where s.test_run_id = $1
         group by m.name
         order by m.name",
    )
    .bind(test_run_id)
    .fetch_all(conn)
    .await
}
