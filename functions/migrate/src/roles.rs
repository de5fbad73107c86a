use login::Error;
use store::RoleLogin;

/// How the functions' roles shall log in, as `FUNCTION_ROLE_AUTH` says; without it and without a password, as they do.
///
/// # Errors
/// If the secret of `FUNCTION_ROLE_SECRET_ARN` cannot be read, or the password is missing.
pub(crate) async fn from_settings() -> Result<RoleLogin, Error> {
    let password = settings::FUNCTION_ROLE_PASSWORD.get().map(RoleLogin::Password);
    Ok(match settings::FUNCTION_ROLE_AUTH.get().as_deref() {
        Some("iam") => RoleLogin::Iam,
        Some("secret") => RoleLogin::Password(login::password_of(settings::FUNCTION_ROLE_SECRET_ARN).await?),
        Some(_) => password.ok_or_else(|| settings::FUNCTION_ROLE_PASSWORD.missing())?,
        None => password.unwrap_or_default(),
    })
}
