use catalog::{ExecuteTest, Spec};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::window;

/// What a configuration's attributes may be.
const KNOWN: [&str; 5] =
    ["execution_mode", "batch_concurrency", "per_test_timeout", "metrics", "evaluation_model_id"];

/// Why attributes are not stored.
#[derive(Debug, thiserror::Error)]
pub enum BadAttribute {
    /// An attribute is not what it may be.
    #[error("{detail}")]
    Refused {
        /// Which, as `metrics[2].id`.
        field: String,
        /// What it may be.
        detail: String,
    },
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Checks attributes as executing their configuration would, and that there are no others, and that metrics exist.
pub async fn check(conn: &mut PgConnection, attributes: &Map<String, Value>) -> Result<(), BadAttribute> {
    if let Some(name) = attributes.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return refused(name.clone(), format!("is unknown; there may be {}", KNOWN.join(", ")));
    }
    if let Err(problem) = window(&Value::Object(attributes.clone())) {
        let (field, detail) = problem.split_once(' ').unwrap_or(("", &problem));
        return refused(field.to_owned(), detail.to_owned());
    }
    let given = |name: &str| attributes.get(name).filter(|value| !value.is_null());
    let most = Spec::of::<ExecuteTest>().time_limit.as_secs_f64();
    if let Some(seconds) = given("per_test_timeout")
        && !seconds.as_f64().is_some_and(|seconds| (1.0..=most).contains(&seconds))
    {
        let detail = format!("is {seconds}: must be a number of seconds from 1 to {most}");
        return refused("per_test_timeout".to_owned(), detail);
    }
    if given("evaluation_model_id").is_some_and(|id| uuid(id).is_none()) {
        return refused("evaluation_model_id".to_owned(), "must be a UUID".to_owned());
    }
    match given("metrics") {
        Some(metrics) => check_metrics(conn, metrics).await,
        None => Ok(()),
    }
}

async fn check_metrics(conn: &mut PgConnection, metrics: &Value) -> Result<(), BadAttribute> {
    let Some(list) = metrics.as_array() else {
        return refused("metrics".to_owned(), "must be a list of objects with an id".to_owned());
    };
    let ids: Vec<Option<Uuid>> = list.iter().map(|metric| uuid(&metric["id"])).collect();
    if let Some(place) = ids.iter().position(Option::is_none) {
        return refused(format!("metrics[{place}].id"), "must be the UUID of a metric".to_owned());
    }
    let known: Vec<Uuid> =
        sql::query_scalar("select id from metric where id = any ($1)").bind(&ids).fetch_all(conn).await?;
    match ids.iter().flatten().position(|id| !known.contains(id)) {
        Some(place) => refused(format!("metrics[{place}].id"), "there is no such metric".to_owned()),
        None => Ok(()),
    }
}

fn uuid(value: &Value) -> Option<Uuid> {
    Uuid::parse_str(value.as_str()?).ok()
}

fn refused(field: String, detail: String) -> Result<(), BadAttribute> {
    Err(BadAttribute::Refused { field, detail })
}
