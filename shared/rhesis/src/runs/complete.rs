use catalog::RunSummary;
use sqlx::PgConnection;
use uuid::Uuid;

use super::RunStatus;
use crate::results::storable_text;

const NO_RESULT: &str = "no result was stored";

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

/// Ends a run: gives every test without a result an Error, counts the stored rows, sets status and end.
///
/// `reason` says why a test has no result, where that is known. A run that has ended keeps its status and rows, so a
/// repeat, or a cancel that came first, changes nothing. Fails with `RowNotFound` if there is no such run.
pub async fn complete(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    reason: impl Fn(Uuid) -> Option<String>,
) -> sqlx::Result<RunSummary> {
    let run: Run = sql::query_as(
        "select test_configuration_id, status, total from test_run where id = $1 for no key update",
    )
    .bind(test_run_id)
    .fetch_one(&mut *conn)
    .await?;
    let mut status = RunStatus::from_word(&run.status)?;
    if !status.is_final() {
        store_missing(conn, test_run_id, reason).await?;
    }
    let counts = count(conn, test_run_id).await?;
    if !status.is_final() {
        status = RunStatus::of_ended(run.total.into(), counts.errors);
        sql::query(
            "update test_run set status = $2, completed_at = clock_timestamp(), updated_at = clock_timestamp()
             where id = $1",
        )
        .bind(test_run_id)
        .bind(status.as_str())
        .execute(conn)
        .await?;
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

async fn store_missing(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    reason: impl Fn(Uuid) -> Option<String>,
) -> sqlx::Result<()> {
    let missing: Vec<Uuid> = sql::query_scalar(
        "select rt.test_id from test_run_test rt
         where rt.test_run_id = $1
           and not exists (select from test_result s where s.test_run_id = $1 and s.test_id = rt.test_id)
         order by rt.position",
    )
    .bind(test_run_id)
    .fetch_all(&mut *conn)
    .await?;
    if missing.is_empty() {
        return Ok(());
    }
    let reasons: Vec<String> = (missing.iter())
        .map(|test_id| reason(*test_id).map_or_else(|| NO_RESULT.to_owned(), |why| storable_text(&why)))
        .collect();
    sql::query(
        "insert into test_result (test_run_id, test_id, status, reason)
         select $1, test_id, 'Error', reason from unnest($2::uuid[], $3::text[]) as r (test_id, reason)
         on conflict (test_run_id, test_id) do nothing",
    )
    .bind(test_run_id)
    .bind(missing)
    .bind(reasons)
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
