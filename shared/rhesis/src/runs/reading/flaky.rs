use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Verdict;

/// How many runs are looked at.
const RUNS: i64 = 10;

/// How often a verdict changes until the test is flaky: one that got worse, or better, and stays so, changed it once.
const FLIPS: i64 = 2;

/// How many flaky tests a run knows at most.
const MOST: i64 = 5000;

/// A test whose verdict went to and fro over the last runs of its test set on an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct FlakyTest {
    /// The test.
    pub test_id: Uuid,
    /// What is asked, in its first 300 characters; `None` if the test was deleted since.
    pub prompt: Option<String>,
    /// How often it passed and then did not, or the other way round.
    pub flips: i64,
    /// How often it passed.
    pub passed: i64,
    /// Its verdicts, the oldest first: at most the last 10.
    #[schema(value_type = Vec<Verdict>)]
    pub verdicts: Vec<String>,
    /// The results that those are of.
    pub test_result_ids: Vec<Uuid>,
}

/// The last runs of the test set of run `$1` on its endpoint that have judged answers of their own, up to that run itself; `$2` of them.
macro_rules! last_runs {
    () => {
        "select o.id
         from test_run r
         join test_configuration c on c.id = r.test_configuration_id
         join test_configuration d on d.test_set_id = c.test_set_id and d.endpoint_id = c.endpoint_id
         join test_run o on o.test_configuration_id = d.id
         where r.id = $1 and o.id <= r.id and o.rescore_of is null and o.status in ('Completed', 'Partial')
         order by o.id desc limit $2"
    };
}

/// Writes down which tests of a run that has ended are flaky.
pub(in crate::runs) async fn keep(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<()> {
    sql::query(concat!(
        "with last as (",
        last_runs!(),
        "), flips as (
             -- In one pass: of rows that were stored in this transaction Postgres knows no number, and would join them one by one.
             select test_id, count(*) filter (where passed <> before) as flips
             from (
                 select s.test_id, s.status = 'Pass' as passed,
                        lag(s.status = 'Pass') over (partition by s.test_id order by s.test_run_id) as before
                 from last join test_result s on s.test_run_id = last.id
             ) v
             group by test_id
         )
         update test_run set flaky_tests = array(
             select test_id from flips where flips >= $3 order by flips desc, test_id limit $4)
         where id = $1 and status in ('Completed', 'Partial') and rescore_of is null",
    ))
    .bind(test_run_id)
    .bind(RUNS)
    .bind(FLIPS)
    .bind(MOST)
    .execute(conn)
    .await?;
    Ok(())
}

/// The flaky tests of a run that has ended, those that flipped most often first: `limit` of them, behind so many.
pub async fn flaky_tests(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    behind: i64,
    limit: i64,
) -> sqlx::Result<Vec<FlakyTest>> {
    sql::query_as(concat!(
        "with last as materialized (",
        last_runs!(),
        "), shown as (
             select f.test_id, f.place
             from test_run r cross join lateral unnest(r.flaky_tests) with ordinality f (test_id, place)
             where r.id = $1 order by f.place offset $3 limit $4
         )
         select f.test_id, v.flips, v.passed, v.verdicts, v.test_result_ids,
                (select left(p.content, 300) from test t join prompt p on p.id = t.prompt_id where t.id = f.test_id) as prompt
         from shown f
         cross join lateral (
             select count(*) filter (where (status = 'Pass') <> (before = 'Pass')) as flips,
                    count(*) filter (where status = 'Pass') as passed,
                    array_agg(status order by test_run_id) as verdicts, array_agg(id order by test_run_id) as test_result_ids
             from (
                 select s.id, s.status, s.test_run_id, lag(s.status) over (order by s.test_run_id) as before
                 from last join test_result s on s.test_run_id = last.id and s.test_id = f.test_id
             ) s
         ) v
         order by f.place",
    ))
    .bind(test_run_id)
    .bind(RUNS)
    .bind(behind)
    .bind(limit)
    .fetch_all(conn)
    .await
}
