use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Verdict;

/// A result as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = TestResultLine)]
pub struct ResultLine {
    /// The result.
    pub id: Uuid,
    /// Its run.
    pub test_run_id: Uuid,
    /// Its test.
    pub test_id: Uuid,
    /// The test's place in the run, from 1.
    pub position: i32,
    /// Pass, Fail or Error.
    #[schema(value_type = Verdict)]
    pub status: String,
    /// Why, in its first 1,000 characters.
    pub reason: Option<String>,
    /// What was asked, in its first 300 characters; `None` if the test was deleted since.
    pub prompt: Option<String>,
    /// When it was stored first.
    pub created_at: DateTime<Utc>,
    /// When it was stored last.
    pub updated_at: DateTime<Utc>,
}

/// Everything about a result.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = TestResult)]
pub struct StoredResult {
    /// The result.
    pub id: Uuid,
    /// Its run.
    pub test_run_id: Uuid,
    /// What was executed.
    pub test_configuration_id: Uuid,
    /// Its test.
    pub test_id: Uuid,
    /// The test's place in the run, from 1.
    pub position: i32,
    /// Pass, Fail or Error.
    #[schema(value_type = Verdict)]
    pub status: String,
    /// Why; always there for an Error.
    pub reason: Option<String>,
    /// What was asked; `None` if the test was deleted since.
    pub prompt: Option<String>,
    /// The answer that was expected.
    pub expected: Option<String>,
    /// The mapped answer, or how the call failed.
    pub test_output: Value,
    /// `{"execution_time": ms, "metrics": {name: …}}`, empty when none was evaluated.
    pub test_metrics: Value,
    /// When it was stored first.
    pub created_at: DateTime<Utc>,
    /// When it was stored last.
    pub updated_at: DateTime<Utc>,
}

/// Which results of a run to list.
#[derive(Debug, Clone)]
pub struct ResultFilter {
    /// The run.
    pub test_run_id: Uuid,
    /// Only those of this verdict.
    pub status: Option<Verdict>,
    /// Only those that this metric did not let pass.
    pub metric: Option<String>,
    /// Only those that have this text in their prompt, their reason or their answer, in whatever case.
    pub search: Option<String>,
    /// Only those behind this position: where the last page ended; 0 for the first.
    pub behind: i32,
    /// So many are left out.
    pub skip: i64,
    /// How many, at most.
    pub limit: i64,
}

/// Lists the results of a run in the order of its tests; `None` if there is no such run.
pub async fn list(conn: &mut PgConnection, filter: &ResultFilter) -> sqlx::Result<Option<Vec<ResultLine>>> {
    if !exists(conn, filter.test_run_id).await? {
        return Ok(None);
    }
    sql::query_as(
        "select s.id, s.test_run_id, s.test_id, rt.position, s.status, left(s.reason, 1000) as reason, s.created_at,
                s.updated_at,
                (select left(p.content, 300) from test t join prompt p on p.id = t.prompt_id where t.id = s.test_id) as prompt
         from test_run_test rt
         join test_result s on s.test_run_id = rt.test_run_id and s.test_id = rt.test_id
         where rt.test_run_id = $1 and rt.position > $2 and ($3::text is null or s.status = $3)
           and ($6::text is null or s.test_metrics -> 'metrics' -> $6 ->> 'is_successful' = 'false')
           and ($7::text is null or strpos(lower(concat(s.reason, ' ', s.test_output ->> 'output')), lower($7)) > 0
             or exists (select from test t join prompt p on p.id = t.prompt_id
               where t.id = s.test_id and strpos(lower(p.content), lower($7)) > 0))
         order by rt.position offset $4 limit $5",
    )
    .bind(filter.test_run_id)
    .bind(filter.behind)
    .bind(filter.status.map(Verdict::as_str))
    .bind(filter.skip)
    .bind(filter.limit)
    .bind(&filter.metric)
    .bind(&filter.search)
    .fetch_all(conn)
    .await
    .map(Some)
}

/// Counts the results of a run that a filter lets through, on all pages.
pub async fn count(conn: &mut PgConnection, filter: &ResultFilter) -> sqlx::Result<i64> {
    sql::query_scalar(
        "select count(*) from test_result s
         where s.test_run_id = $1 and ($2::text is null or s.status = $2)
           and ($3::text is null or s.test_metrics -> 'metrics' -> $3 ->> 'is_successful' = 'false')
           and ($4::text is null or strpos(lower(concat(s.reason, ' ', s.test_output ->> 'output')), lower($4)) > 0
             or exists (select from test t join prompt p on p.id = t.prompt_id
               where t.id = s.test_id and strpos(lower(p.content), lower($4)) > 0))",
    )
    .bind(filter.test_run_id)
    .bind(filter.status.map(Verdict::as_str))
    .bind(&filter.metric)
    .bind(&filter.search)
    .fetch_one(conn)
    .await
}

/// One result; `None` if there is no such result.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<StoredResult>> {
    sql::query_as(
        "select s.id, s.test_run_id, r.test_configuration_id, s.test_id, rt.position, s.status, s.reason,
                p.content as prompt, p.expected_response as expected, s.test_output, s.test_metrics, s.created_at,
                s.updated_at
         from test_result s
         join test_run r on r.id = s.test_run_id
         join test_run_test rt on rt.test_run_id = s.test_run_id and rt.test_id = s.test_id
         left join test t on t.id = s.test_id
         left join prompt p on p.id = t.prompt_id
         where s.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

async fn exists(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<bool> {
    sql::query_scalar("select exists (select from test_run where id = $1)")
        .bind(test_run_id)
        .fetch_one(conn)
        .await
}
