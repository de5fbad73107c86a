use catalog::{SCHEDULES, TASKS};
use serde_json::{Value, json};
use store::{Database, Migrated, RoleLogin};

/// Why the database is not up to date. Says what to change, and no secret.
pub type Error = lambda_runtime::Error;

/// Brings the database of this function's settings up to date.
///
/// # Errors
/// If a setting is missing or wrong, Postgres does not answer, or a statement fails.
pub async fn migrate() -> Result<Migrated, Error> {
    run(&Database::from_settings().await?, &crate::roles::from_settings().await?).await
}

/// Brings a database up to date: tables, verbs, contracts, schedules, roles, grants. Safe to repeat, and to run twice at
/// once.
///
/// # Errors
/// If Postgres does not answer, or a statement fails.
pub async fn run(database: &Database, roles: &RoleLogin) -> Result<Migrated, Error> {
    let mut connection = database.connect().await?;
    let migrated = store::migrate(&mut connection, &rhesis::MIGRATIONS, TASKS, roles).await?;
    store::declare_schedules(&mut connection, SCHEDULES).await?;
    Ok(migrated)
}

/// What was done, as the function answers it.
#[must_use]
pub fn facts(migrated: &Migrated) -> Value {
    json!({ "version": migrated.version, "applied": migrated.applied })
}
