use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Place, Query, Sql, Value as Key};
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
    /// Only those that failed of this cause; see [`crate::runs::Cause::fingerprint`].
    pub fingerprint: Option<String>,
}

/// How many tests one page looks into, at most, for what no index knows.
const LOOKED_INTO: i32 = 4_000;

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

/// Lists the results of a run; `None` if there is no such run. A page that is not counted looks into 4,000 tests at most for a text or a
/// metric: then it may have fewer rows than asked for, even none, before the end of the list.
pub async fn list(
    conn: &mut PgConnection,
    filter: &ResultFilter,
    query: &Query,
) -> sqlx::Result<Option<Page<ResultLine>>> {
    if !exists(conn, filter.test_run_id).await? {
        return Ok(None);
    }
    let window = filter.window(query);
    let mut picked = LIST
        .pick(&mut *conn, query, |sql| {
            filter.push(sql);
            if let Some((from, to)) = window {
                sql.push(" and rt.position > ").push_bind(from).push(" and rt.position <= ").push_bind(to);
            }
        })
        .await?;
    if let Some((_, to)) = window
        && picked.next.is_none()
        && goes_on(conn, filter.test_run_id, to).await?
    {
        picked.next = Some(Place { key: Key::Number(to.into()), id: Uuid::max() });
    }
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
    /// The places of the tests that a page looks into: behind the first, up to the second.
    fn window(&self, query: &Query) -> Option<(i32, i32)> {
        let (column, direction) = LIST.order;
        let in_order =
            query.sort.column.name == LIST.columns[column].name && query.sort.direction == direction;
        let is_dear = self.search.is_some() || self.metric.is_some();
        if !in_order || !is_dear || query.counted || query.skip.is_some_and(|skip| skip > 0) {
            return None;
        }
        let from = match query.behind.as_ref().map(|place| &place.key) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "places are whole numbers below 2^31; others are bounded"
            )]
            Some(Key::Number(place)) => *place as i32,
            _ => 0,
        };
        Some((from, from.saturating_add(LOOKED_INTO)))
    }

    fn push(&self, sql: &mut Sql) {
        sql.push(" and rt.test_run_id = ").push_bind(self.test_run_id);
        if let Some(status) = self.status {
            sql.push(" and s.status = ").push_bind(status.as_str());
        }
        if let Some(fingerprint) = &self.fingerprint {
            sql.push(" and s.fingerprint = ").push_bind(fingerprint.clone());
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

/// Whether a run has tests behind a place.
async fn goes_on(conn: &mut PgConnection, test_run_id: Uuid, place: i32) -> sqlx::Result<bool> {
    sql::query_scalar("select exists (select from test_run_test where test_run_id = $1 and position > $2)")
        .bind(test_run_id)
        .bind(place)
        .fetch_one(conn)
        .await
}

async fn exists(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<bool> {
    sql::query_scalar("select exists (select from test_run where id = $1)")
        .bind(test_run_id)
        .fetch_one(conn)
        .await
}
