use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// A text as a cell of a table has it: not read if it is longer than a cell may be. A hundred answers of 2 MiB fit no function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text; `None` if there is none, or if it is too long.
    pub text: Option<String>,
    /// Its length in bytes.
    pub bytes: usize,
}

/// A test of a run with its result, as a table has it.
#[derive(Debug, Clone)]
pub struct TestRow {
    /// Its place in the run, from 1.
    pub position: i32,
    /// The test.
    pub test_id: Uuid,
    /// What was asked; empty if the test was deleted since.
    pub prompt: Cell,
    /// The answer that was expected.
    pub expected: Cell,
    /// Pass, Fail or Error; `None` if no result is stored.
    pub status: Option<String>,
    /// Why.
    pub reason: Cell,
    /// The `output` of the mapped answer, or all of it as JSON if it has none that is a text, or how the call failed.
    pub output: Cell,
    /// Score and verdict of every metric, by name: `{name: {"score", "is_successful"}}`.
    pub metrics: Option<Value>,
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

/// The tests of a run behind a position, at most `limit` of them, with their results; no text that is longer than `longest` bytes.
pub async fn rows_after(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    position: i32,
    limit: i64,
    longest: usize,
) -> sqlx::Result<Vec<TestRow>> {
    let rows: Vec<Row> = sql::query_as(
        "select rt.position, rt.test_id, s.status,
                case when octet_length(p.content) <= $4 then p.content end as prompt,
                octet_length(p.content) as prompt_bytes,
                case when octet_length(p.expected_response) <= $4 then p.expected_response end as expected,
                octet_length(p.expected_response) as expected_bytes,
                case when octet_length(s.reason) <= $4 then s.reason end as reason,
                octet_length(s.reason) as reason_bytes,
                case when octet_length(o.text) <= $4 then o.text end as output,
                octet_length(o.text) as output_bytes, o.is_json,
                (select jsonb_object_agg(m.key, jsonb_build_object(
                     'score', m.value -> 'score', 'is_successful', m.value -> 'is_successful'))
                 from jsonb_each(case when jsonb_typeof(s.test_metrics -> 'metrics') = 'object'
                                      then s.test_metrics -> 'metrics' else '{}' end) m) as metrics
         from (
             select position, test_id, test_run_id from test_run_test
             where test_run_id = $1 and position > $2 order by position limit $3
         ) rt
         left join test t on t.id = rt.test_id
         left join prompt p on p.id = t.prompt_id
         left join test_result s on s.test_run_id = rt.test_run_id and s.test_id = rt.test_id
         cross join lateral (
             select case when jsonb_typeof(s.test_output -> 'output') = 'string' then s.test_output ->> 'output'
                         when s.test_output = '{}' then '' else s.test_output::text end as text,
                    s.test_output <> '{}' and jsonb_typeof(s.test_output -> 'output') is distinct from 'string' as is_json
             offset 0
         ) o
         order by rt.position",
    )
    .bind(test_run_id)
    .bind(position)
    .bind(limit)
    .bind(i32::try_from(longest).unwrap_or(i32::MAX))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(TestRow::from).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    position: i32,
    test_id: Uuid,
    status: Option<String>,
    prompt: Option<String>,
    prompt_bytes: Option<i32>,
    expected: Option<String>,
    expected_bytes: Option<i32>,
    reason: Option<String>,
    reason_bytes: Option<i32>,
    output: Option<String>,
    output_bytes: Option<i32>,
    is_json: Option<bool>,
    metrics: Option<Value>,
}

impl From<Row> for TestRow {
    fn from(row: Row) -> Self {
        let cell = |text: Option<String>, bytes: Option<i32>| Cell {
            text,
            bytes: bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default(),
        };
        // Written as it was sent, and not as Postgres writes it.
        let compact = |text: String| match row.is_json {
            Some(true) => serde_json::from_str::<Value>(&text).map_or(text, |value| value.to_string()),
            _ => text,
        };
        Self {
            position: row.position,
            test_id: row.test_id,
            prompt: cell(row.prompt, row.prompt_bytes),
            expected: cell(row.expected, row.expected_bytes),
            status: row.status,
            reason: cell(row.reason, row.reason_bytes),
            output: cell(row.output.map(compact), row.output_bytes),
            metrics: row.metrics,
        }
    }
}
