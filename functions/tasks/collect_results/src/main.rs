//! `collect_results`: ends a test run when its last test has ended.

use catalog::{CollectResults, RunSummary};
use rhesis::runs;
use worker::{Context, Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run(collect).await
}

async fn collect(task: CollectResults, ctx: Context) -> Result<RunSummary> {
    let mut tx = ctx.begin().await?;
    let summary = runs::complete(&mut tx, task.test_run_id).await?;
    ctx.finish_in(tx);
    Ok(summary)
}
