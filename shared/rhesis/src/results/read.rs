use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
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
}

/// The list of the results of a run, in the order of its tests.
pub const LIST: Listing = Listing {
    name: "test_results",
    from: "test_run_test rt
           join test_result s on s.test_run_id = rt.test_run_id and s.test_id = rt.test_id",
    id: "s.id",
    columns: &[
        Column::number("position", "rt.position"),
        Column::uuid("id", "s.id"),
        Column::uuid("test_run_id", "s.test_run_id"),
        Column::uuid("test_id", "s.test_id"),
        Column::text("status", "s.status"),
        Column::text("reason", "s.reason").unsorted(),
        Column::text(
            "prompt",
            "(select p.content from test t join prompt p on p.id = t.prompt_id where t.id = s.test_id)",
        )
        .unsorted(),
        Column::time("created_at", "s.created_at"),
        Column::time("updated_at", "s.updated_at"),
    ],
    order: (0, Direction::Ascending),
};

/// Lists the results of a run; `None` if there is no such run.
pub async fn list(
    conn: &mut PgConnection,
    filter: &ResultFilter,
    query: &Query,
) -> sqlx::Result<Option<Page<ResultLine>>> {
    if !exists(conn, filter.test_run_id).await? {
        return Ok(None);
    }
    let picked = LIST.pick(conn, query, |sql| filter.push(sql)).await?;
    let rows = sql::query_as(
        "select s.id, s.test_run_id, s.test_id, rt.position, s.status, left(s.reason, 1000) as reason, s.created_at,
                s.updated_at,
                (select left(p.content, 300) from test t join prompt p on p.id = t.prompt_id where t.id = s.test_id) as prompt
         from unnest($1::uuid[]) with ordinality picked (id, place)
         join test_result s on s.id = picked.id
         join test_run_test rt on rt.test_run_id = s.test_run_id and rt.test_id = s.test_id
         order by picked.place",
    )
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(Some(picked.page(rows)))
}

impl ResultFilter {
    fn push(&self, sql: &mut Sql) {
        sql.push(" and rt.test_run_id = ").push_bind(self.test_run_id);
        if let Some(status) = self.status {
            sql.push(" and s.status = ").push_bind(status.as_str());
        }
        if let Some(metric) = &self.metric {
            sql.push(" and s.test_metrics -> 'metrics' -> ")
                .push_bind(metric.clone())
                .push(" ->> 'is_successful' = 'false'");
        }
        if let Some(text) = &self.search {
            sql.push(" and (strpos(lower(concat(s.reason, ' ', s.test_output ->> 'output')), lower(")
                .push_bind(text.clone())
                .push(")) > 0 or exists (select from test t join prompt p on p.id = t.prompt_id")
                .push(" where t.id = s.test_id and strpos(lower(p.content), lower(")
                .push_bind(text.clone())
                .push(")) > 0))");
        }
    }
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
