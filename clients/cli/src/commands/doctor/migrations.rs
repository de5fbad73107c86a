use std::collections::BTreeMap;

use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use super::finding::Finding;

/// The domain's; the engine's are the store's.
static DOMAIN: Migrator = sqlx::migrate!("../../shared/rhesis/migrations");

/// What is missing, half-done or another than this release's. A newer database is well: the release before it runs on it.
pub(super) async fn examine(connection: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let rows: Vec<(i64, Vec<u8>, bool)> =
        sql::query_as("select version, checksum, success from _sqlx_migrations")
            .fetch_all(connection)
            .await?;
    let there: BTreeMap<_, _> =
        rows.into_iter().map(|(version, sum, whole)| (version, (sum, whole))).collect();
    let mut findings = Vec::new();
    let mut missing = Vec::new();
    let known: Vec<_> = store::MIGRATIONS.iter().chain(DOMAIN.iter()).collect();
    for migration in &known {
        let version = migration.version;
        match there.get(&version) {
            None => missing.push(version.to_string()),
            Some((_, false)) => findings.push(Finding::fault(
                "migrations",
                format!("migration {version} was interrupted"),
                "Drop what it left half-made (an invalid index), then invoke `migrate`.",
            )),
            Some((sum, true)) if sum.as_slice() != migration.checksum.as_ref() => findings.push(Finding::fault(
                "migrations",
                format!("migration {version} is there with another text than this release's"),
                "Find out who changed a migration that had landed; deploy the release that this database was made by.",
            )),
            Some(_) => {}
        }
    }
    if !missing.is_empty() {
        findings.push(Finding::fault(
            "migrations",
            format!("migrations are missing: {}", missing.join(", ")),
            "Invoke `migrate`, or deploy again.",
        ));
    }
    let newer = there.keys().filter(|version| known.iter().all(|it| it.version != **version)).count();
    if newer > 0 {
        findings.push(Finding::warning(
            "migrations",
            format!("{newer} migrations are of a newer release than this tool"),
            "Nothing after a rollback; else ask with the newer release's tool.",
        ));
    }
    Ok(findings)
}
