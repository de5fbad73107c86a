use catalog::RunSummary;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::runs::RunStatus;
use crate::runs::reading::{flaky, metric_summaries};

#[derive(sqlx::FromRow)]
struct Run {
    test_configuration_id: Uuid,
    status: String,
    total: i32,
}

#[derive(sqlx::FromRow)]
struct Counts {
    passed: i64,
    failed: i64,
    errors: i64,
}

/// Ends a run: gives every test without a result an Error, counts the stored rows, sets status and end, and keeps what every look at the
/// run would otherwise read all of them for.
///
/// Why a test has no result is what its task failed with, if it did. A run that has ended keeps its status and rows, so a
/// repeat, or a cancel that came first, changes nothing. Fails with `RowNotFound` if there is no such run.
pub async fn complete(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<RunSummary> {
    let run: Run = sql::query_as(
        "select test_configuration_id, status, total from test_run where id = $1 for no key update",
    )
    .bind(test_run_id)
    .fetch_one(&mut *conn)
    .await?;
    let mut status = RunStatus::from_word(&run.status)?;
    if !status.is_final() {
        store_missing(conn, test_run_id).await?;
    }
    let counts = count(conn, test_run_id).await?;
    if !status.is_final() {
        status = RunStatus::of_ended(run.total.into(), counts.errors);
        let metrics = metric_summaries::summed_up(conn, test_run_id).await?;
        sql::query(
            "update test_run
             set status = $2, completed_at = clock_timestamp(), updated_at = clock_timestamp(), passed = $3, failed = $4,
                 errors = $5, metric_summaries = $6
             where id = $1",
        )
        .bind(test_run_id)
        .bind(status.as_str())
        .bind(counts.passed)
        .bind(counts.failed)
        .bind(counts.errors)
        .bind(Json(metrics))
        .execute(&mut *conn)
        .await?;
        flaky::keep(conn, test_run_id).await?;
    }
    Ok(RunSummary {
        status: status.as_str().to_lowercase(),
        test_configuration_id: run.test_configuration_id,
        test_run_id,
        total: run.total.into(),
        passed: counts.passed,
        failed: counts.failed,
        errors: counts.errors,
    })
}

async fn store_missing(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<()> {
    sql::query(
        "insert into test_result (test_run_id, test_id, status, reason)
         select $1, rt.test_id, 'Error', coalesce(failed.message, 'no result was stored')
         from test_run_test rt
         left join (
             select t.args ->> 'test_id' as test_id, max(left(t.error ->> 'message', 2000)) as message
             from test_run r
             join tasks.task t on t.parent_id = r.task_id and t.kind = 'execute_test'
             where r.id = $1 and t.status in ('FAILURE', 'REVOKED')
             group by t.args ->> 'test_id'
         ) failed on failed.test_id = rt.test_id::text
         where rt.test_run_id = $1
         on conflict (test_run_id, test_id) do nothing",
    )
    .bind(test_run_id)
    .execute(conn)
    .await?;
    Ok(())
}

async fn count(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Counts> {
    sql::query_as(
        "select count(*) filter (where status = 'Pass') as passed,
                count(*) filter (where status = 'Fail') as failed,
                count(*) filter (where status = 'Error') as errors
         from test_result where test_run_id = $1",
    )
    .bind(test_run_id)
    .fetch_one(conn)
    .await
}
