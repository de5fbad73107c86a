//! Test configurations: which test set is run against which endpoint, and how.

mod attributes;
mod changes;
mod stored;

pub use attributes::{BadAttribute, check};
pub use changes::{Change, Changed, Deleted, change, delete};
pub use stored::{
    NewConfiguration, StoredConfiguration, count, create_new, find, id_of_request, list, parts_exist,
};

use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// The widest window there is: tests of one run in flight at a time.
pub const MAX_WINDOW: u16 = 64;
const DEFAULT_WINDOW: u16 = 10;

/// A configuration that can be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configuration {
    /// Its id.
    pub id: Uuid,
    /// The AI system under test.
    pub endpoint_id: Uuid,
    /// The tests it runs.
    pub test_set_id: Uuid,
    /// How many tests may be in flight: 1 when sequential, else 1 to 64, 10 unless said.
    pub window: u16,
    /// How many tests the set has now; at least one.
    pub tests: i32,
}

/// Why a configuration cannot be executed. None of these gets better by trying again, but `Database` may.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// There is none with this id, or it is another tenant's.
    #[error("Test configuration {0} not found")]
    NotFound(Uuid),
    /// It names no test set.
    #[error("Test configuration {0} has no test set assigned")]
    NoTestSet(Uuid),
    /// Its endpoint was deleted.
    #[error("Endpoint {0} was deleted")]
    EndpointDeleted(Uuid),
    /// Its test set has no tests.
    #[error("Test set {0} has no tests")]
    EmptyTestSet(Uuid),
    /// An attribute has a value that is not allowed.
    #[error("Test configuration {id}: attributes.{problem}")]
    BadAttributes {
        /// The configuration.
        id: Uuid,
        /// The attribute, what it holds and what it may hold.
        problem: String,
    },
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Loads a configuration and checks that it can be executed.
pub async fn load(conn: &mut PgConnection, id: Uuid) -> Result<Configuration, ConfigurationError> {
    let row: Option<(Uuid, Option<Uuid>, Value, i32, bool)> = sql::query_as(
        "select c.endpoint_id, c.test_set_id, c.attributes,
                (select count(*)::integer from test_test_set m where m.test_set_id = c.test_set_id),
                (select e.deleted_at is not null from endpoint e where e.id = c.endpoint_id)
         from test_configuration c where c.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await?;
    let (endpoint_id, test_set_id, attributes, tests, deleted) =
        row.ok_or(ConfigurationError::NotFound(id))?;
    if deleted {
        return Err(ConfigurationError::EndpointDeleted(endpoint_id));
    }
    let test_set_id = test_set_id.ok_or(ConfigurationError::NoTestSet(id))?;
    let window = window(&attributes).map_err(|problem| ConfigurationError::BadAttributes { id, problem })?;
    if tests == 0 {
        return Err(ConfigurationError::EmptyTestSet(test_set_id));
    }
    Ok(Configuration { id, endpoint_id, test_set_id, window, tests })
}

/// Creates a configuration that runs a test set against an endpoint.
pub async fn create(
    conn: &mut PgConnection,
    endpoint_id: Uuid,
    test_set_id: Uuid,
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into test_configuration (id, endpoint_id, test_set_id, user_id) values ($1, $2, $3, $4) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(endpoint_id)
    .bind(test_set_id)
    .bind(user_id)
    .fetch_one(conn)
    .await
}

/// How many tests may be in flight, from a configuration's attributes; the error names the attribute.
fn window(attributes: &Value) -> Result<u16, String> {
    #[derive(Deserialize)]
    enum Mode {
        Sequential,
        Parallel,
    }
    let mode = match &attributes["execution_mode"] {
        Value::Null => Mode::Parallel,
        given => Mode::deserialize(given)
            .map_err(|_| format!("execution_mode is {given}: must be \"Sequential\" or \"Parallel\""))?,
    };
    let concurrency = match &attributes["batch_concurrency"] {
        Value::Null => DEFAULT_WINDOW,
        given => (given.as_u64())
            .and_then(|n| u16::try_from(n).ok())
            .filter(|n| (1..=MAX_WINDOW).contains(n))
            .ok_or_else(|| {
                format!("batch_concurrency is {given}: must be a whole number from 1 to {MAX_WINDOW}")
            })?,
    };
    Ok(match mode {
        Mode::Sequential => 1,
        Mode::Parallel => concurrency,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parallel_with_ten_is_the_default() {
        assert_eq!(window(&json!({})), Ok(10));
        assert_eq!(window(&json!({"execution_mode": "Parallel", "batch_concurrency": 64})), Ok(64));
    }

    #[test]
    fn sequential_is_one_at_a_time_whatever_the_concurrency() {
        assert_eq!(window(&json!({"execution_mode": "Sequential", "batch_concurrency": 20})), Ok(1));
    }

    #[test]
    fn an_invalid_attribute_is_named_with_its_value_and_what_is_allowed() {
        for (attributes, expected) in [
            (json!({"execution_mode": "parallel"}), "execution_mode is \"parallel\""),
            (json!({"execution_mode": 3}), "execution_mode is 3"),
            (json!({"batch_concurrency": 0}), "batch_concurrency is 0"),
            (json!({"batch_concurrency": 65}), "batch_concurrency is 65"),
            (json!({"batch_concurrency": "10"}), "batch_concurrency is \"10\""),
            (json!({"batch_concurrency": 2.5}), "batch_concurrency is 2.5"),
        ] {
            let problem = window(&attributes).unwrap_err();
            assert!(problem.starts_with(expected) && problem.contains("must be"), "{problem}");
        }
    }
}
