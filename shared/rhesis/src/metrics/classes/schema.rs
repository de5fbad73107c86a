use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::{Metric, Score};

/// Met when the answer is JSON that the schema in `parameters.schema` describes.
pub(super) fn score(metric: &Metric, output: &str) -> Result<Score, String> {
    let validator = compile(&metric.parameters["schema"])?;
    let answer: Value = match serde_json::from_str(output.trim()) {
        Ok(answer) => answer,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Ok(Score::number(0.0, format!("the answer is not JSON at line {line}, column {column}")));
        }
    };
    let reason = match validator.validate(&answer) {
        Ok(()) => return Ok(Score::number(1.0, "the answer is as the schema says".to_owned())),
        Err(error) => format!(
            "the answer is not as the schema says at \"{}\": {}",
            error.instance_path(),
            error.masked()
        ),
    };
    Ok(Score::number(0.0, reason))
}

/// Refers to no other document, and its patterns take time linear in the text's length.
pub(super) fn compile(schema: &Value) -> Result<Validator, String> {
    if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
        return Err("must be a JSON Schema: an object, true or false".to_owned());
    }
    (jsonschema::options().with_pattern_options(PatternOptions::regex()).build(schema))
        .map_err(|error| format!("is not a JSON Schema at \"{}\": {error}", error.instance_path()))
}
