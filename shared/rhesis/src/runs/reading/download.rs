use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// A test of a run with its result, as a table has it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TestRow {
    /// Its place in the run, from 1.
    pub position: i32,
    /// The test.
    pub test_id: Uuid,
    /// What was asked; `None` if the test was deleted since.
    pub prompt: Option<String>,
    /// The answer that was expected.
    pub expected: Option<String>,
    /// Pass, Fail or Error; `None` if no result is stored.
    pub status: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The mapped answer, or how the call failed.
    pub test_output: Option<Value>,
    /// Score and verdict of every metric, by name.
    pub test_metrics: Option<Value>,
}

/// The names of the metrics in the results of a run.
pub async fn metric_names(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Vec<String>> {
    sql::query_scalar(
        "select distinct k.name
         from test_result s
         cross join lateral jsonb_object_keys(
             case when jsonb_typeof(s.test_metrics -> 'metrics') = 'object' then s.test_metrics -> 'metrics' else '{}' end
         ) k (name)
         where s.test_run_id = $1
         order by k.name",
    )
    .bind(test_run_id)
    .fetch_all(conn)
    .await
}

/// The tests of a run behind a position, at most `limit` of them, with their results.
pub async fn rows_after(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    position: i32,
    limit: i64,
) -> sqlx::Result<Vec<TestRow>> {
    sql::query_as(
        "select rt.position, rt.test_id, p.content as prompt, p.expected_response as expected, s.status, s.reason,
                s.test_output, s.test_metrics
         from (
             select position, test_id, test_run_id from test_run_test
             where test_run_id = $1 and position > $2 order by position limit $3
         ) rt
         left join test t on t.id = rt.test_id
         left join prompt p on p.id = t.prompt_id
         left join test_result s on s.test_run_id = rt.test_run_id and s.test_id = rt.test_id
         order by rt.position",
    )
    .bind(test_run_id)
    .bind(position)
    .bind(limit)
    .fetch_all(conn)
    .await
}
