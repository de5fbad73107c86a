//! `execute_test`: asks the endpoint, judges its answer, stores the result.

use execute_test::execute;
use rhesis::endpoints::Client;
use worker::{Result, StartError};

#[tokio::main]
async fn main() -> Result<(), StartError> {
    worker::run_with(Client::from_env, execute).await
}
