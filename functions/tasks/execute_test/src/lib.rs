//! One test of a run, from its rows over the endpoint and the models that judge to its stored result.

use catalog::{ExecuteTest, TestVerdict};
use rhesis::endpoints::{self, Client};
use rhesis::{cases, results};
use worker::{Context, Error, OrEnd as _, Result};

/// Asks, judges and stores; the result and the end of the task are one commit.
///
/// Where a model judges, the answer is kept in a commit of its own: the endpoint is not asked again because a model failed.
///
/// # Errors
/// What may be better at another attempt: an endpoint or a model that could not be asked now, or Postgres.
pub async fn execute(task: ExecuteTest, ctx: Context, client: &'static Client) -> Result<TestVerdict> {
    let last_try = ctx.is_last_try();
    let case = cases::load(&mut *ctx.begin().await?, task.test_run_id, task.test_id).await;
    let mut case = case.map_err(|error| Error::of(&error, error.is_transient(), None))?;
    let is_new = case.ask(client, last_try).await;
    if is_new.map_err(|error| Error::of(&error, true, error.retry_after))? {
        let mut tx = ctx.begin().await?;
        case.keep(&mut tx).await?;
        tx.commit().await?;
    }
    let outcome = case.judge(client, last_try).await;
    let outcome = outcome.map_err(|again| Error::of(&again, true, again.after))?;
    let mut tx = ctx.begin().await?;
    endpoints::keep_token(&mut tx, client, &case.endpoint).await?;
    results::store(&mut tx, task.test_run_id, task.test_id, &outcome)
        .await?
        .then_some(())
        .or_permanent("the test run has ended meanwhile")?;
    ctx.finish_in(tx);
    Ok(TestVerdict { test_id: task.test_id, status: outcome.verdict.to_string() })
}
