use std::collections::HashSet;

use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Attributes, BadAttribute};

/// Why attributes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadReference {
    /// An id in them is of no row of the tenant.
    #[error(transparent)]
    Attribute(#[from] BadAttribute),
    /// Postgres could not answer.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

/// Checks that the metrics and the model that attributes name are there; costs no statement if they name none.
///
/// # Errors
/// The first id that is of no row of the tenant, as `metrics[0].id`.
pub async fn check(conn: &mut PgConnection, attributes: &Attributes) -> Result<(), BadReference> {
    let Attributes { metrics, evaluation_model_id, .. } = attributes;
    if !metrics.is_empty() {
        let known: Vec<Uuid> = sql::query_scalar("select id from metric where id = any ($1)")
            .bind(metrics)
            .fetch_all(&mut *conn)
            .await?;
        let known: HashSet<Uuid> = known.into_iter().collect();
        if let Some(i) = metrics.iter().position(|id| !known.contains(id)) {
            let detail = "must be the id of a metric that there is".to_owned();
            return Err(BadAttribute::new(&format!("metrics[{i}].id"), detail).into());
        }
    }
    if let Some(id) = evaluation_model_id {
        let known: bool = sql::query_scalar("select exists (select from model where id = $1)")
            .bind(id)
            .fetch_one(conn)
            .await?;
        if !known {
            let detail = "must be the id of a model that there is".to_owned();
            return Err(BadAttribute::new("evaluation_model_id", detail).into());
        }
    }
    Ok(())
}

/// Checks attributes that are to be stored: as executing their configuration would, and that there are no others.
///
/// # Errors
/// The first attribute that is unknown or has a value that is not allowed.
pub async fn check_new(conn: &mut PgConnection, attributes: &Map<String, Value>) -> Result<(), BadReference> {
    if let Some(name) = attributes.keys().find(|name| !Attributes::NAMES.contains(&name.as_str())) {
        let detail = format!("is unknown; there may be {}", Attributes::NAMES.join(", "));
        return Err(BadAttribute::new(name, detail).into());
    }
    check(conn, &Attributes::read(&Value::Object(attributes.clone()))?).await
}
