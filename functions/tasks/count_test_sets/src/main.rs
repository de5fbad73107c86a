//! `count_test_sets`: how many test sets the organization has.

use catalog::CountTestSets;
use rhesis::test_sets;
use worker::{Context, Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run(count).await
}

async fn count(_: CountTestSets, ctx: Context) -> Result<i64> {
    let mut tx = ctx.begin().await?;
    Ok(test_sets::count(&mut tx).await?)
}
