//! What a function must know and no variable may hold: settings kept in Secrets Manager, and how to log in to Postgres.

mod ask;
mod credentials;
mod error;
mod login;
mod secret;
mod token;

pub use credentials::{Credentials, Place};
pub use error::Error;
pub use login::{Login, password_of};

/// Begins this process as a function: its settings are complete and well-formed, and those that a secret holds are read.
///
/// # Errors
/// If a setting is missing or wrong, all of them named; or the secret of `SETTINGS_SECRET_ARN` cannot be read.
pub async fn begin(function: &str) -> Result<(), Error> {
    settings::begin(function)?;
    if let Some(arn) = settings::SETTINGS_SECRET_ARN.get() {
        let secret = secret::read(&ask::config()?, settings::SETTINGS_SECRET_ARN, &arn).await?;
        settings::supply(secret)?;
    }
    Ok(())
}
