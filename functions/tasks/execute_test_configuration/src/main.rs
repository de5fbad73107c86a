//! `execute_test_configuration`: starts the run of a configuration and hands itself over to the group of its tests.

use catalog::{CollectResults, ExecuteTest, ExecuteTestConfiguration, RunSummary};
use rhesis::runs;
use worker::{Context, End, Error, Group, Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run(execute).await
}

async fn execute(task: ExecuteTestConfiguration, ctx: Context) -> Result<End<RunSummary>> {
    let mut tx = ctx.begin().await?;
    let run = runs::start(&mut tx, task.test_configuration_id, ctx.task_id()).await;
    ctx.finish_in(tx);
    let run = run.map_err(|error| Error::of(&error, error.is_transient(), None))?;
    let test_run_id = run.test_run_id;
    let tests = run.tests.into_iter().map(|test_id| ExecuteTest { test_run_id, test_id });
    Ok(End::HandOver(Group::new(tests, run.window, &CollectResults { test_run_id })))
}
