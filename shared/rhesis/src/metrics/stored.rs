use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// A metric of a test set.
#[derive(Debug, Clone, Deserialize)]
pub struct Metric {
    /// Its name in the results.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which judge it is: one of [`super::CLASSES`].
    pub class_name: String,
    /// What the judge needs: `text` or `pattern`, where it shall not be the test's expected answer.
    pub parameters: Value,
}

impl Metric {
    /// A metric without parameters, named like its class.
    pub fn of_class(class_name: &str) -> Self {
        let name = class_name.to_owned();
        Self { class_name: name.clone(), name, description: None, parameters: json!({}) }
    }
}

/// Stores a metric and returns its id.
pub async fn create(conn: &mut PgConnection, metric: &Metric, user_id: Option<Uuid>) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into metric (id, name, description, class_name, parameters, user_id)
         values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(&metric.name)
    .bind(&metric.description)
    .bind(&metric.class_name)
    .bind(&metric.parameters)
    .bind(user_id)
    .fetch_one(conn)
    .await
}

/// Judges the tests of a test set by a metric; does nothing if it does already.
pub async fn assign(conn: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> sqlx::Result<()> {
    sql::query("insert into test_set_metric (test_set_id, metric_id) values ($1, $2) on conflict do nothing")
        .bind(test_set_id)
        .bind(metric_id)
        .execute(conn)
        .await?;
    Ok(())
}
