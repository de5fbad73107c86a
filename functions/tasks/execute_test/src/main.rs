//! `execute_test`: asks the endpoint, judges its answer, stores the result; the result and the end are one commit.

use catalog::{ExecuteTest, TestVerdict};
use rhesis::{
    cases,
    endpoints::{self, Client},
    results,
};
use worker::{Context, Error, Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run_with(Client::from_env, execute).await
}

async fn execute(task: ExecuteTest, ctx: Context, client: &'static Client) -> Result<TestVerdict> {
    let case = cases::load(&mut *ctx.begin().await?, task.test_run_id, task.test_id).await;
    let case = case.map_err(|error| Error::of(&error, error.is_transient(), None))?;
    let outcome = case.run(client, ctx.is_last_try()).await;
    let outcome = outcome.map_err(|error| Error::of(&error, true, error.retry_after))?;
    let mut tx = ctx.begin().await?;
    endpoints::keep_token(&mut tx, client, &case.endpoint).await?;
    results::store(&mut tx, task.test_run_id, task.test_id, &outcome).await?;
    ctx.finish_in(tx);
    Ok(TestVerdict { test_id: task.test_id, status: outcome.verdict.to_string() })
}
