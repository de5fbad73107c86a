use crate::request::fields::body;
use rhesis::import::{Flaw, Row};
use serde_json::Value;

use crate::answer::problem::Problem;
use crate::request::body::object;
use crate::request::options::text;

/// How many tests one body may hold; a file may hold more.
const MOST: usize = 10_000;

body! {
    /// A test to be made.
    pub(crate) struct NewTest {
        /// What the endpoint is asked.
        #[schema(min_length = 1)]
        prompt: String,
        /// The answer that is expected.
        expected: Option<String>,
    }
}

/// Tests to be made, `[{"prompt": …, "expected": …}]`; a problem names the first that is wrong.
pub(crate) fn rows(name: &str, value: Value) -> Result<Vec<Row>, Problem> {
    match value {
        Value::Array(items) if items.len() <= MOST => {
            let read = |(place, item)| row(item).map_err(|problem: Problem| problem.in_item(name, place));
            items.into_iter().enumerate().map(read).collect()
        }
        _ => Err(Problem::invalid(
            name,
            format!("must be a list of at most {MOST} tests; import a file of more"),
        )),
    }
}

fn row(item: Value) -> Result<Row, Problem> {
    let mut fields = object(item)?;
    fields.only(NewTest::FIELDS)?;
    let prompt = fields.read("prompt", text)?.ok_or_else(|| Problem::invalid("prompt", "is missing"))?;
    Row::new(prompt, fields.read("expected", text)?)
        .map_err(|Flaw { field, reason }| Problem::invalid(field.unwrap_or("prompt"), reason))
}
