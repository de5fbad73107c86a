use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Something that a run was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A run as it is shown. Its counts are those of the stored rows, at the moment of everything else.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = TestRun)]
pub struct Shown {
    /// The run.
    pub id: Uuid,
    /// What a user called it.
    pub name: Option<String>,
    /// One of the words of [`crate::runs::RunStatus`].
    #[schema(value_type = crate::runs::RunStatus)]
    pub status: String,
    /// What was executed.
    pub test_configuration_id: Uuid,
    /// The test set; `None` once it was deleted, and for everybody but its user if it is of visibility `user`.
    #[schema(value_type = Option<Named>)]
    pub test_set: Option<Json<Named>>,
    /// The AI system under test.
    #[schema(value_type = Option<Named>)]
    pub endpoint: Option<Json<Named>>,
    /// The task that executes it.
    pub task_id: Uuid,
    /// Tests of the run; while it is Queued, of its test set when it was queued.
    pub total: i32,
    /// Tests with a stored result: `passed + failed + errors`.
    pub done: i64,
    /// Results that are a Pass.
    pub passed: i64,
    /// Results that are a Fail.
    pub failed: i64,
    /// Results that are an Error.
    pub errors: i64,
    /// Why it could not be executed, if it is Failed for that.
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When its first test could begin.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// From start to end; `None` before, and if it never started.
    pub execution_time_ms: Option<i64>,
    /// Who started it.
    pub user_id: Option<Uuid>,
    /// The run of which tests are executed once more, if it is a repeat.
    pub repeat_of: Option<Uuid>,
    /// The run whose answers are judged anew, if it is a rescore.
    pub rescore_of: Option<Uuid>,
    /// Of a repeat or a rescore: only the tests that had this verdict.
    #[schema(value_type = Option<crate::Verdict>)]
    pub only_status: Option<String>,
    /// Of a repeat or a rescore: only the tests that failed of this cause.
    pub only_fingerprint: Option<String>,
}

/// A statement for runs, of those that `$which` selects from `test_run r`, in an order.
macro_rules! shown {
    ($which:literal, $order:literal) => {
        concat!(
            "select r.id, r.name, r.status, r.test_configuration_id, r.task_id, r.total, r.error, r.created_at,
                    r.started_at, r.completed_at, r.user_id,
                    (extract(epoch from r.completed_at - r.started_at) * 1000)::bigint as execution_time_ms,
                    (select json_build_object('id', t.id, 'name', t.name) from test_set t where t.id = c.test_set_id)
                        as test_set,
                    (select json_build_object('id', e.id, 'name', e.name) from endpoint e where e.id = c.endpoint_id)
                        as endpoint,
                    r.repeat_of, r.rescore_of, r.only_status, r.only_fingerprint,
                    n.passed + n.failed + n.errors as done, n.passed, n.failed, n.errors
             from (select r.* from test_run r ",
            $which,
            ") r
             left join test_configuration c on c.id = r.test_configuration_id
             cross join lateral (
                 -- Of a run that has ended they are written down.
                 select coalesce(r.passed, count(*) filter (where s.status = 'Pass')) as passed,
                        coalesce(r.failed, count(*) filter (where s.status = 'Fail')) as failed,
                        coalesce(r.errors, count(*) filter (where s.status = 'Error')) as errors
                 from test_result s where s.test_run_id = r.id and r.passed is null
             ) n
             order by ",
            $order
        )
    };
}
pub(super) use shown;

/// How a run stands; `None` if there is no such run. One statement: its numbers fit together at every moment.
pub async fn find(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Option<Shown>> {
    sql::query_as(shown!("where r.id = $1", "r.id")).bind(test_run_id).fetch_optional(conn).await
}
