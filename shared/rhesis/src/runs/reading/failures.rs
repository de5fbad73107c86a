use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Verdict;

/// Tests of a run that did not pass for the same reason: those whose reasons differ in ids and numbers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = TestFailures)]
pub struct Cause {
    /// Names the cause: 16 hexadecimal digits.
    pub fingerprint: String,
    /// Fail or Error.
    #[schema(value_type = Verdict)]
    pub status: String,
    /// How many tests.
    pub count: i64,
    /// The metrics that were not met, or could not be evaluated.
    pub metrics: Vec<String>,
    /// The reason of one of them, in its first 1,000 characters.
    pub reason: Option<String>,
    /// The result that `reason` is of.
    pub test_result_id: Uuid,
}

/// How many causes are told, at most.
const MOST: i64 = 200;

/// Why tests of a run did not pass, the most frequent cause first; the first 200.
pub async fn causes(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Vec<Cause>> {
    sql::query_as(
        "select c.fingerprint, c.count, s.status, left(s.reason, 1000) as reason, s.id as test_result_id,
                array(
                    select e.key
                    from jsonb_each(case when jsonb_typeof(s.test_metrics -> 'metrics') = 'object'
                                         then s.test_metrics -> 'metrics' end) e
                    where jsonb_typeof(e.value) = 'object' and case s.status
                        when 'Fail' then e.value ->> 'is_successful' = 'false' else e.value ->> 'error' is not null end
                    order by e.key
                ) as metrics
         from (
             select fingerprint, count(*) as count, min(test_id::text)::uuid as test_id
             from test_result where test_run_id = $1 and fingerprint is not null
             group by fingerprint
             order by count(*) desc, fingerprint limit $2
         ) c
         join test_result s on s.test_run_id = $1 and s.test_id = c.test_id
         order by c.count desc, c.fingerprint",
    )
    .bind(test_run_id)
    .bind(MOST)
    .fetch_all(conn)
    .await
}

/// Which tests of a run: all, those of a verdict, or those that failed of a cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CauseFilter {
    /// Only those of this verdict.
    pub status: Option<Verdict>,
    /// Only those of this cause; see [`Cause::fingerprint`].
    pub fingerprint: Option<String>,
}

impl CauseFilter {
    /// Whether it lets every test through.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Fixes the tests of a run that is being queued: those of another run that this lets through, in their order; false if it lets
    /// none through.
    pub(in crate::runs) async fn choose(
        &self,
        conn: &mut PgConnection,
        test_run_id: Uuid,
        of: Uuid,
    ) -> sqlx::Result<bool> {
        let chosen = sql::query(
            "with chosen as (
                 insert into test_run_test (test_run_id, test_id, position)
                 select $1, o.test_id, row_number() over (order by o.position)
                 from test_run_test o
                 left join test_result s on s.test_run_id = o.test_run_id and s.test_id = o.test_id
                 where o.test_run_id = $2 and ($3::text is null or s.status = $3) and ($4::text is null or s.fingerprint = $4)
                 returning test_id
             )
             update test_run r set total = c.count from (select count(*) from chosen) c
             where r.id = $1 and c.count > 0",
        )
        .bind(test_run_id)
        .bind(of)
        .bind(self.status.map(Verdict::as_str))
        .bind(&self.fingerprint)
        .execute(conn)
        .await?;
        Ok(chosen.rows_affected() == 1)
    }
}
