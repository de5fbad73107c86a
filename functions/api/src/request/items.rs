use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use rhesis::json;
use serde_json::Value;

use crate::App;
use crate::answer::problem::Problem;
use crate::request::body::{Object, object, says, text, unreadable};

/// How many tasks one request may start.
pub(crate) const MOST: usize = 10_000;

/// What JSON lines are called: there is no registered name.
pub(crate) const LINES: &[&str] =
    &["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"];

/// The body of a bulk request: a JSON array of objects, or one object a line; 1 to 10,000 of them.
#[derive(Debug, Clone)]
pub(crate) struct Items(pub(crate) Vec<Object>);

/// What the items are called where one of them is named.
const LIST: &str = "tasks";

impl FromRequest<App> for Items {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let is_json = says(request.headers(), &["application/json"]);
        let is_lines = says(request.headers(), LINES);
        let bytes = Bytes::from_request(request, app).await.map_err(unreadable)?;
        let values = match (is_json, is_lines) {
            (true, _) => array(text(&bytes)?)?,
            (_, true) => lines(text(&bytes)?)?,
            _ => return Err(Problem::neither_json_nor_lines()),
        };
        objects(LIST, values, 1).map(Self)
    }
}

/// The objects of a list, none of which may be anything else.
pub(crate) fn objects(list: &str, values: Vec<Value>, least: usize) -> Result<Vec<Object>, Problem> {
    if !(least..=MOST).contains(&values.len()) {
        return Err(Problem::invalid(list, format!("must be {least} to {MOST} tasks")));
    }
    let read = |(place, value)| object(value).map_err(|problem: Problem| problem.in_item(list, place));
    values.into_iter().enumerate().map(read).collect()
}

fn array(text: &str) -> Result<Vec<Value>, Problem> {
    let value = json::read(text)
        .map_err(|error| Problem::bad_request(format!("The body is malformed JSON: {error}.")))?;
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(Problem::invalid("body", "must be a JSON array of tasks")),
    }
}

fn lines(text: &str) -> Result<Vec<Value>, Problem> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            json::read(line).map_err(|error| {
                let column = error.column();
                Problem::bad_request(format!("Line {} is malformed JSON at column {column}.", number + 1))
            })
        })
        .collect()
}
