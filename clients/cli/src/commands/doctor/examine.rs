use sqlx::{Acquire as _, PgConnection};

use super::checks::{CHECKS, Check, Given};
use super::finding::{Finding, Severity};
use super::{Doctor, clock, grants, keys, migrations};

/// Everything that is wrong with a database, in the order of the checks.
pub(super) async fn database(connection: &mut PgConnection, doctor: &Doctor) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(told("migrations", migrations::examine(connection).await));
    // Where the database may sleep, the relay comes by when something is due: `overdue` tells if it does not.
    let sleeps = settings::SLEEPING_DATABASE.get().as_deref() == Some("true");
    for check in CHECKS.iter().filter(|check| !(sleeps && check.name == "relay")) {
        findings.extend(told(check.name, statement(connection, check, doctor).await));
    }
    findings.extend(told("grants", grants::examine(connection).await));
    findings.extend(told("keys", keys::examine(connection).await));
    findings.extend(told("clock", clock::examine(connection).await));
    findings
}

/// A check that could not be made is a finding too.
fn told(check: &'static str, found: sqlx::Result<Vec<Finding>>) -> Vec<Finding> {
    found.unwrap_or_else(|error| {
        let why =
            error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        let not_looked_at = format!("it could not be looked at: {why}");
        vec![match code.as_ref() {
            // No such table, function or schema.
            "42P01" | "42883" | "3F000" => Finding::fault(
                check,
                format!("{why}: this is no database of ours, or not up to date"),
                "Invoke `migrate`.",
            ),
            // A lock or the statement took too long.
            "55P03" | "57014" => Finding::unknown(
                check,
                not_looked_at,
                "See who is in the way under `transactions`, and ask again.",
            ),
            _ => Finding::unknown(check, not_looked_at, "Ask as the database's owner."),
        }]
    })
}

/// Runs a statement that cannot change anything; whatever it set goes with its transaction.
async fn statement(
    connection: &mut PgConnection,
    check: &Check,
    doctor: &Doctor,
) -> sqlx::Result<Vec<Finding>> {
    let mut tx = connection.begin().await?;
    sqlx::raw_sql(
        "set transaction read only; set local statement_timeout = '10s'; set local lock_timeout = '2s'",
    )
    .execute(&mut *tx)
    .await?;
    if check.as_engine {
        become_engine(&mut tx).await?;
    }
    let query = sql::query_as::<(String, String, String)>(check.sql);
    let query = match check.given {
        Given::Nothing => query,
        Given::Kinds => query.bind(catalog::TASKS.iter().map(|spec| spec.kind).collect::<Vec<_>>()),
        Given::Long => query.bind(f64::from(doctor.long)),
        Given::Connections => query.bind(i64::from(doctor.connections)),
    };
    let rows = query.fetch_all(&mut *tx).await?;
    tx.rollback().await?;
    Ok(rows
        .into_iter()
        .map(|(severity, found, what_to_do)| {
            let severity = match severity.as_str() {
                "fault" => Severity::Fault,
                "warning" => Severity::Warning,
                _ => Severity::Unknown,
            };
            Finding { check: check.name, severity, found, what_to_do }
        })
        .collect())
}

/// The owner of the tables sees no row of them; the engine sees all. Whoever may not become it asks as itself.
async fn become_engine(tx: &mut PgConnection) -> sqlx::Result<()> {
    let may: bool =
        sql::query_scalar("select coalesce(pg_has_role(to_regrole('tasks_engine'), 'member'), false)")
            .fetch_one(&mut *tx)
            .await?;
    if may {
        sqlx::raw_sql("set local role tasks_engine").execute(tx).await?;
    }
    Ok(())
}
