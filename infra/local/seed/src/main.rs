//! Gives a migrated database something to run: an organization with a user, a token, an endpoint, a test set and a
//! test configuration. Prints their ids as one line of JSON; on bad input one sentence, and status 2. With `--check` it
//! only reads the file, with the reader that imports have, and needs no database.

mod options;
mod plant;

use std::process::ExitCode;

use serde_json::json;

use crate::options::Asked;

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
    let options = match Asked::from_args(lexopt::Parser::from_env())? {
        Asked::Check(tests) => return Ok(json!({ "tests": options::read(&tests)?.len() }).to_string()),
        Asked::Seed(options) => options,
    };
    let rows = options::read(&options.tests)?;
    let planted = plant::plant(&options, &rows).await?;
    Ok(planted.to_string())
}
