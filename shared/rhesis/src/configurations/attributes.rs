use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use crate::integer;

/// The widest window there is: tests of one run in flight at a time.
pub const MAX_WINDOW: u16 = 64;
const DEFAULT_WINDOW: u16 = 10;
/// The longest time that an attempt of one test may take, in seconds.
pub const MAX_TEST_SECONDS: u64 = 240;

/// The most metrics that a configuration may name.
const MAX_METRICS: usize = 100;

/// How a configuration is run, from its attributes; what is not said there has its default here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// How many tests may be in flight: 1 when sequential, else 1 to 64, 10 unless said.
    pub window: u16,
    /// How long one attempt of one test may take, 1 s to 240 s, 120 s unless said.
    pub per_test_timeout: Duration,
    /// The metrics that judge instead of those of the test set and the behaviors; empty: theirs do.
    pub metrics: Vec<Uuid>,
    /// The model that judges where a metric names none.
    pub evaluation_model_id: Option<Uuid>,
}

/// An attribute that holds what it must not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("attributes.{field} {detail}")]
pub struct BadAttribute {
    /// Where it is in the attributes, as `metrics[0].id`.
    pub field: String,
    /// What is there and what may be.
    pub detail: String,
}

impl BadAttribute {
    pub(super) fn new(field: &str, detail: String) -> Self {
        Self { field: field.to_owned(), detail }
    }
}

impl Attributes {
    /// Every attribute that is read.
    pub(super) const NAMES: [&str; 5] =
        ["execution_mode", "batch_concurrency", "per_test_timeout", "metrics", "evaluation_model_id"];

    /// How long one attempt of a test may take unless said.
    pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(120);

    /// Reads `execution_mode`, `batch_concurrency`, `per_test_timeout`, `metrics` and `evaluation_model_id`; other keys are
    /// left alone.
    ///
    /// # Errors
    /// The first attribute with a value that is not allowed. Whether ids are those of the tenant's rows is not looked at:
    /// see [`super::check`].
    pub fn read(attributes: &Value) -> Result<Self, BadAttribute> {
        Ok(Self {
            window: window(attributes)?,
            per_test_timeout: whole(attributes, "per_test_timeout", MAX_TEST_SECONDS)?
                .map_or(Self::DEFAULT_TIME_LIMIT, Duration::from_secs),
            metrics: metrics(attributes)?,
            evaluation_model_id: match &attributes["evaluation_model_id"] {
                Value::Null => None,
                given => Some(id("evaluation_model_id", given)?),
            },
        })
    }
}

fn window(attributes: &Value) -> Result<u16, BadAttribute> {
    let concurrency = whole(attributes, "batch_concurrency", MAX_WINDOW.into())?;
    let concurrency = concurrency.and_then(|n| u16::try_from(n).ok()).unwrap_or(DEFAULT_WINDOW);
    match &attributes["execution_mode"] {
        Value::Null => Ok(concurrency),
        Value::String(mode) if mode == "Parallel" => Ok(concurrency),
        Value::String(mode) if mode == "Sequential" => Ok(1),
        given => {
            let detail = format!("is {given}: must be \"Sequential\" or \"Parallel\"");
            Err(BadAttribute::new("execution_mode", detail))
        }
    }
}

fn whole(attributes: &Value, field: &str, most: u64) -> Result<Option<u64>, BadAttribute> {
    match &attributes[field] {
        Value::Null => Ok(None),
        given => {
            match integer(given).and_then(|n| u64::try_from(n).ok()).filter(|n| (1..=most).contains(n)) {
                None => {
                    let detail = format!("is {given}: must be a whole number from 1 to {most}");
                    Err(BadAttribute::new(field, detail))
                }
                some => Ok(some),
            }
        }
    }
}

fn metrics(attributes: &Value) -> Result<Vec<Uuid>, BadAttribute> {
    let list = match &attributes["metrics"] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) if list.len() <= MAX_METRICS => list,
        _ => {
            let detail = format!("must be a list of {{\"id\": …}}, at most {MAX_METRICS}");
            return Err(BadAttribute::new("metrics", detail));
        }
    };
    let one = |(i, metric): (usize, &Value)| id(&format!("metrics[{i}].id"), &metric["id"]);
    list.iter().enumerate().map(one).collect()
}

fn id(field: &str, given: &Value) -> Result<Uuid, BadAttribute> {
    given.as_str().and_then(|text| Uuid::parse_str(text).ok()).ok_or_else(|| {
        BadAttribute::new(field, "must be a UUID, as 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn window(attributes: Value) -> u16 {
        Attributes::read(&attributes).unwrap().window
    }

    #[test]
    fn parallel_with_ten_and_two_minutes_a_test_is_the_default() {
        let read = Attributes::read(&json!({"anything": "else"})).unwrap();
        let per_test_timeout = Duration::from_secs(120);
        let (metrics, evaluation_model_id) = (Vec::new(), None);
        assert_eq!(read, Attributes { window: 10, per_test_timeout, metrics, evaluation_model_id });
        assert_eq!(window(json!({"execution_mode": "Parallel", "batch_concurrency": 64})), 64);
    }

    #[test]
    fn sequential_is_one_at_a_time_whatever_the_concurrency() {
        assert_eq!(window(json!({"execution_mode": "Sequential", "batch_concurrency": 20})), 1);
    }

    #[test]
    fn metrics_and_a_model_are_read_by_their_ids() {
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        let read = Attributes::read(&json!({"metrics": [{"id": one, "name": "x"}, {"id": two}],
            "evaluation_model_id": one, "per_test_timeout": 240}));
        let read = read.unwrap();
        assert_eq!((read.metrics, read.evaluation_model_id), (vec![one, two], Some(one)));
        assert_eq!(read.per_test_timeout, Duration::from_secs(240));
    }

    #[test]
    fn an_invalid_attribute_is_named_with_what_is_allowed() {
        for (attributes, field) in [
            (json!({"execution_mode": "parallel"}), "execution_mode"),
            (json!({"execution_mode": 3}), "execution_mode"),
            (json!({"batch_concurrency": 0}), "batch_concurrency"),
            (json!({"batch_concurrency": 65}), "batch_concurrency"),
            (json!({"batch_concurrency": "10"}), "batch_concurrency"),
            (json!({"batch_concurrency": 2.5}), "batch_concurrency"),
            (json!({"per_test_timeout": 0}), "per_test_timeout"),
            (json!({"per_test_timeout": 241}), "per_test_timeout"),
            (json!({"per_test_timeout": "1 min"}), "per_test_timeout"),
            (json!({"metrics": {"id": 1}}), "metrics"),
            (json!({"metrics": [{"id": Uuid::nil()}, "x"]}), "metrics[1].id"),
            (json!({"metrics": [{"id": "x"}]}), "metrics[0].id"),
            (json!({"evaluation_model_id": "gpt"}), "evaluation_model_id"),
        ] {
            let bad = Attributes::read(&attributes).unwrap_err();
            assert_eq!(bad.field, field);
            assert!(bad.detail.contains("must be"), "{bad}");
        }
    }
}
