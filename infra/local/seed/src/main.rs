//! Gives a migrated database something to run: an organization with a user, a token, an endpoint, a test set and a
//! test configuration. Prints their ids as one line of JSON; on bad input one sentence, and status 2.

mod options;
mod plant;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match seed().await {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("seed: {}", problem.replace('\n', " "));
            ExitCode::from(2)
        }
    }
}

async fn seed() -> Result<String, String> {
    let options = options::Options::from_args(lexopt::Parser::from_env())?;
    let rows = options.read_tests()?;
    let planted = plant::plant(&options, &rows).await?;
    Ok(planted.to_string())
}
