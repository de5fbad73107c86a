//! For the operator: what is wrong with a deployment's database and queues, and what to do about it.
//!
//! The one command that does not ask the API: it logs in to Postgres as `DATABASE_URL` says. It reads and changes nothing.

mod checks;
mod clock;
mod examine;
mod finding;
mod grants;
mod keys;
mod migrations;
mod queues;
#[cfg(test)]
mod tests;

use clap::Args;
use sqlx::Connection as _;
use store::{ConnectError, Database};

use crate::exit::{Ended, Exit, Failure};
use crate::output::{Sink, Table, aside};
use finding::{Finding, Severity};

/// Looks for what is wrong with a deployment's database and queues, and says what to do
///
/// It logs in as `DATABASE_URL` and `DATABASE_AUTH` say: as the database's owner, or as `tasks_relay`, who sees less. The
/// queues are looked at if `QUEUE_URL_PREFIX` and AWS's credentials are set, the keys if `DB_ENCRYPTION_KEY` is. Nothing is changed. Exit status 1
/// if there is a fault; what could not be looked at is said and is none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ DATABASE_URL=postgres://owner@db.example.org/rhesis rhesis-tasks doctor
  $ rhesis-tasks doctor --json | jq .check")]
pub(crate) struct Doctor {
    /// A transaction that is open for longer is told
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    long: u32,
    /// How many connections the functions may open together; `make check` adds them up
    #[arg(long, value_name = "N", default_value_t = 80)]
    connections: u32,
}

impl Doctor {
    pub(crate) async fn run(self, mut out: Sink) -> Ended {
        let url = settings::DATABASE_URL.require().map_err(|missing| misconfigured(&missing.into()))?;
        if !["postgres://", "postgresql://"].iter().any(|with| url.starts_with(with)) {
            return Err(misconfigured(&ConnectError::Malformed));
        }
        let database = Database::from_settings().await.map_err(|error| misconfigured(&error))?;
        let mut connection = database.connect().await.map_err(|error| unreachable(&error))?;
        let mut findings = examine::database(&mut connection, &self).await;
        let _ = connection.close().await;
        findings.extend(queues::examine().await);
        findings.sort_by_key(|finding| finding.severity);
        say(&mut out, &findings)?;
        let faults = findings.iter().filter(|finding| finding.severity == Severity::Fault).count();
        aside(&match (faults, findings.len()) {
            (0, 0) => "Nothing is wrong.".to_owned(),
            (faults, all) => format!("{faults} faults, {} warnings or not looked at.", all - faults),
        });
        Ok(if faults == 0 { Exit::Done } else { Exit::Failed })
    }
}

fn say(out: &mut Sink, findings: &[Finding]) -> Result<(), Failure> {
    if out.json {
        return findings.iter().try_for_each(|finding| out.object(finding));
    }
    for finding in findings {
        out.heading(&format!("{} {}: {}", finding.severity.word(), finding.check, finding.found))?;
        let mut table = Table::plain();
        table.pair("  do", Some(finding.what_to_do.clone()));
        out.table(&table)?;
    }
    Ok(())
}

fn misconfigured(error: &ConnectError) -> Failure {
    Failure::usage(format!("{error}: the doctor logs in to Postgres itself."))
}

/// Postgres does not answer, or does not let us in (SQLSTATE class 28).
fn unreachable(error: &sqlx::Error) -> Failure {
    let refused =
        error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code.starts_with("28"));
    let exit = if refused { Exit::NotAllowed } else { Exit::Unreachable };
    Failure { exit, sentence: format!("Postgres cannot be asked: {error}.") }
}
