use serde_json::Value;

use super::{Metric, Score};
use crate::programs::limits::PARSED_SIZE;
use crate::programs::{self, Size, Validity};

/// Met when the answer is JSON that the schema in `parameters.schema` describes.
pub(super) fn score(metric: &Metric, output: &str) -> Result<Score, String> {
    let schema = programs::schema(&metric.parameters["schema"]).map_err(of_schema)?;
    let much = PARSED_SIZE.check(Size::of(output).weight);
    much.map_err(|much| format!("the answer {much}"))?;
    let answer: Value = match serde_json::from_str(output.trim()) {
        Ok(answer) => answer,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Ok(Score::number(0.0, format!("the answer is not JSON at line {line}, column {column}")));
        }
    };
    Ok(match schema.judge(&answer).map_err(of_schema)? {
        Validity::Valid => Score::number(1.0, "the answer is as the schema says".to_owned()),
        Validity::Invalid(None) => Score::number(0.0, "the answer is not as the schema says".to_owned()),
        Validity::Invalid(Some(why)) => {
            Score::number(0.0, format!("the answer is not as the schema says {why}"))
        }
    })
}

pub(super) fn check(schema: &Value) -> Result<(), String> {
    programs::schema(schema).map(drop).map_err(|error| error.to_string())
}

fn of_schema(error: impl std::fmt::Display) -> String {
    format!("parameters.schema {error}")
}
