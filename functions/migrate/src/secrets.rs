use std::time::{Duration, Instant, SystemTime};

use rhesis::secrets::{KeyReport, Keys, Rotation, rotate};
use store::Database;

use crate::Error;

/// What is kept back of the invocation's time for the row that is being done, and the answer.
const MARGIN: Duration = Duration::from_secs(15);

/// Looks at all secrets in the database of this function's settings, with the keys of `DB_ENCRYPTION_KEY`, as long as there is
/// time until the deadline.
///
/// # Errors
/// If a setting is missing or wrong, or Postgres does not answer.
pub async fn secrets(rotation: Rotation, deadline: SystemTime) -> Result<KeyReport, Error> {
    let keys = Keys::from_env()?;
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(MARGIN);
    let mut connection = Database::from_settings().await?.connect().await?;
    Ok(rotate(&mut connection, &keys, rotation, Instant::now() + left).await?)
}
