use catalog::{SCHEDULES, TASKS};
use serde_json::{Value, json};
use settings::{DATABASE_URL, FUNCTION_ROLE_AUTH, FUNCTION_ROLE_PASSWORD};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::Migrated;

/// Why the database is not up to date. Says what to change, and no secret.
pub type Error = lambda_runtime::Error;

/// How the functions' roles will log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// As the server is set up; their passwords, if they have any, are left alone.
    Unchanged,
    /// With this password.
    Password(String),
    /// With IAM tokens of RDS or Aurora.
    IamTokens,
}

/// Brings the database of this function's variables up to date.
///
/// # Errors
/// If a variable is missing or wrong, Postgres does not answer, or a statement fails.
pub async fn migrate() -> Result<Migrated, Error> {
    let url = DATABASE_URL.require()?;
    let login = match FUNCTION_ROLE_AUTH.get().as_deref() {
        None | Some("password") => FUNCTION_ROLE_PASSWORD.get().map_or(Login::Unchanged, Login::Password),
        Some("iam") => Login::IamTokens,
        Some(other) => return Err(format!("FUNCTION_ROLE_AUTH is {other}, must be password or iam").into()),
    };
    run(&url, &login).await
}

/// Brings the database of `url` up to date: tables, verbs, contracts, schedules, roles, grants. Safe to repeat, and to run
/// twice at once.
///
/// # Errors
/// If Postgres does not answer, or a statement fails.
pub async fn run(url: &str, login: &Login) -> Result<Migrated, Error> {
    let mut connection = PgConnection::connect(url).await?;
    let password = match login {
        Login::Password(password) => Some(password.as_str()),
        Login::Unchanged | Login::IamTokens => None,
    };
    let migrated = store::migrate(&mut connection, &rhesis::MIGRATIONS, TASKS, password).await?;
    if *login == Login::IamTokens {
        allow_tokens(&mut connection).await?;
    }
    store::declare_schedules(&mut connection, SCHEDULES).await?;
    connection.close().await?;
    Ok(migrated)
}

/// Lets the functions' roles log in with tokens, which RDS then asks of them: a password is no longer enough.
async fn allow_tokens(connection: &mut PgConnection) -> Result<(), Error> {
    let kinds = TASKS.iter().map(|spec| format!("task_{}", spec.kind));
    for role in kinds.chain(["tasks_api".to_owned(), "tasks_relay".to_owned()]) {
        let statement: String = sql::query_scalar("select format('grant rds_iam to %I', $1)")
            .bind(role)
            .fetch_one(&mut *connection)
            .await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// What was done, as the function answers it.
#[must_use]
pub fn facts(migrated: &Migrated) -> Value {
    json!({ "version": migrated.version, "applied": migrated.applied })
}
