use rhesis::import::{Flaw, Row};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::problem::Problem;
use crate::request::body::{Object, object};
use crate::request::fields::body;
use crate::request::options::{text, title, uuid};
use crate::sdk::one_of;

/// How many tests one body may hold.
const MOST: usize = 10_000;
/// How much may be kept with a test or a set, in bytes of JSON.
const LARGEST: usize = 16 * 1024;
/// The only kind of tests that there is.
const SINGLE: &str = "Single-Turn";

/// Which kind of tests: questions with one answer.
#[derive(ToSchema)]
#[allow(dead_code, reason = "read as a text")]
pub(crate) enum TestType {
    /// A question, and its answer.
    #[schema(rename = "Single-Turn")]
    Single,
}

body! {
    /// A test to be made, with what it is about.
    pub(crate) struct DescribedTest {
        /// What the endpoint is asked.
        #[schema(value_type = DescribedPrompt)]
        prompt: Value,
        /// What kind of test it is.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        category: Option<String>,
        /// What it is about.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        topic: Option<String>,
        /// The behavior that it tests, by its name; one that there is not is made.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        behavior: Option<String>,
        /// `behavior`, as Rhesis's SDK calls it since 0.19.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        requirement: Option<String>,
        /// What is to be kept with it, in at most 16 KiB.
        #[schema(value_type = Option<Object>)]
        metadata: Option<Value>,
        /// Which kind of test it is.
        #[schema(value_type = Option<TestType>)]
        test_type: Option<String>,
        /// Of the test that it is a copy of: this one gets its own.
        id: Option<Uuid>,
    }
}

body! {
    /// What an endpoint is asked, and what is expected.
    pub(crate) struct DescribedPrompt {
        /// What the endpoint is asked.
        #[schema(min_length = 1)]
        content: String,
        /// The answer that is expected.
        expected_response: Option<String>,
        /// The language of it.
        #[schema(pattern = "^[A-Za-z0-9-]{1,35}$", example = "en")]
        language_code: Option<String>,
        /// Of the prompt that it is a copy of: this one gets its own.
        id: Option<Uuid>,
    }
}

/// A test as it was described.
pub(super) struct Described {
    pub(super) row: Row,
    pub(super) language_code: Option<String>,
    pub(super) category: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) behavior: Option<String>,
    pub(super) metadata: Map<String, Value>,
}

/// Tests to be made; a problem names the first that is wrong.
pub(super) fn tests(name: &str, value: Value) -> Result<Vec<Described>, Problem> {
    match value {
        Value::Array(items) if items.len() <= MOST => {
            let read = |(place, item)| test(item).map_err(|problem: Problem| problem.in_item(name, place));
            items.into_iter().enumerate().map(read).collect()
        }
        _ => Err(Problem::invalid(name, format!("must be a list of at most {MOST} tests"))),
    }
}

fn test(item: Value) -> Result<Described, Problem> {
    let mut fields = object(item)?;
    fields.only(DescribedTest::FIELDS)?;
    fields.read("test_type", test_type)?;
    fields.read("id", uuid)?;
    let prompt = fields.take("prompt").ok_or_else(|| Problem::invalid("prompt", "is missing"))?;
    let (row, language_code) = prompt_of(prompt).map_err(|problem| problem.below("prompt"))?;
    Ok(Described {
        row,
        language_code,
        category: fields.read("category", title)?,
        topic: fields.read("topic", title)?,
        behavior: one_of(&mut fields, "behavior", "requirement", title)?,
        metadata: fields.read("metadata", metadata)?.unwrap_or_default(),
    })
}

fn prompt_of(value: Value) -> Result<(Row, Option<String>), Problem> {
    let mut fields: Object = object(value)?;
    fields.only(DescribedPrompt::FIELDS)?;
    let content = fields.read("content", text)?.ok_or_else(|| Problem::invalid("content", "is missing"))?;
    let expected = fields.read("expected_response", text)?;
    let row = Row::new(content, expected).map_err(|Flaw { field, reason }| {
        let name = if field == Some("expected") { "expected_response" } else { "content" };
        Problem::invalid(name, reason)
    })?;
    fields.read("id", uuid)?;
    Ok((row, fields.read("language_code", language)?))
}

fn language(name: &str, value: Value) -> Result<String, Problem> {
    let code = text(name, value)?;
    let legible = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match (1..=35).contains(&code.len()) && legible {
        true => Ok(code),
        false => Err(Problem::invalid(name, "must be the code of a language, as en or en-US")),
    }
}

/// Refuses tests of another kind than there is.
pub(super) fn test_type(name: &str, value: Value) -> Result<(), Problem> {
    match value == SINGLE {
        true => Ok(()),
        false => Err(Problem::invalid(name, format!("must be {SINGLE}: conversations are not tested here"))),
    }
}

/// What a caller wants to be kept.
pub(super) fn metadata(name: &str, value: Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(fields) if Value::Object(fields.clone()).to_string().len() <= LARGEST => Ok(fields),
        _ => Err(Problem::invalid(name, format!("must be an object of at most {LARGEST} bytes of JSON"))),
    }
}
