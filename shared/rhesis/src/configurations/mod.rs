//! Test configurations: which test set is run against which endpoint, and how.

mod attributes;
mod changes;
mod check;
mod error;
mod stored;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub use attributes::{Attributes, BadAttribute, MAX_TEST_SECONDS, MAX_WINDOW};
pub use changes::{Change, Changed, Deleted, change, delete};
pub use check::{BadReference, check, check_new};
pub use error::ConfigurationError;
pub use stored::{
    LIST, NewConfiguration, StoredConfiguration, create_new, find, id_of_request, list, parts_exist,
};

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

/// Loads a configuration and checks that it can be executed.
pub async fn load(conn: &mut PgConnection, id: Uuid) -> Result<Configuration, ConfigurationError> {
    let row: Option<(Uuid, Option<Uuid>, Value, i32, bool)> = sql::query_as(
        "select c.endpoint_id, c.test_set_id, c.attributes,
                (select count(*)::integer from test_test_set m where m.test_set_id = c.test_set_id),
                (select e.deleted_at is not null from endpoint e where e.id = c.endpoint_id)
         from test_configuration c where c.id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let (endpoint_id, test_set_id, attributes, tests, deleted) =
        row.ok_or(ConfigurationError::NotFound(id))?;
    if deleted {
        return Err(ConfigurationError::EndpointDeleted(endpoint_id));
    }
    let test_set_id = test_set_id.ok_or(ConfigurationError::NoTestSet(id))?;
    let window = checked(conn, id, &attributes).await?;
    if tests == 0 {
        return Err(ConfigurationError::EmptyTestSet(test_set_id));
    }
    Ok(Configuration { id, endpoint_id, test_set_id, window, tests })
}

/// The window of the run of a task whose tests are those of an earlier run, whatever has become of its test set.
pub async fn window(conn: &mut PgConnection, id: Uuid, task_id: Uuid) -> Result<u16, ConfigurationError> {
    let attributes: Option<Value> =
        sql::query_scalar(
            "select c.attributes || coalesce(r.attributes, '{}')
             from test_configuration c left join test_run r on r.test_configuration_id = c.id and r.task_id = $2
             where c.id = $1",
        )
        .bind(id)
        .bind(task_id)
        .fetch_optional(&mut *conn)
        .await?;
    let attributes = attributes.ok_or(ConfigurationError::NotFound(id))?;
    // Its metrics and its model may have been replaced by the run's own: what is gone of them says so test by test.
    Ok(Attributes::read(&attributes).map_err(|bad| ConfigurationError::BadAttribute { id, bad })?.window)
}

async fn checked(conn: &mut PgConnection, id: Uuid, attributes: &Value) -> Result<u16, ConfigurationError> {
    let bad = |bad| ConfigurationError::BadAttribute { id, bad };
    let attributes = Attributes::read(attributes).map_err(bad)?;
    match check(conn, &attributes).await {
        Ok(()) => Ok(attributes.window),
        Err(BadReference::Attribute(attribute)) => Err(bad(attribute)),
        Err(BadReference::Database(error)) => Err(error.into()),
    }
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
