mod grants;
pub(crate) mod role;

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};

use catalog::Spec;

pub use self::grants::verb_grants;
use self::role::{RoleLogin, SESSION, role};
use crate::Result;

/// The engine's tables. The domain's migrations number from 1001 and share the book-keeping table.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// The engine's functions, replaced at every migration, in this order. They call each other freely, because their bodies
/// are looked at when they run; all but those of `language sql`.
const VERBS: [&str; 17] = [
    include_str!("../../verbs/state.sql"),
    include_str!("../../verbs/clock.sql"),
    include_str!("../../verbs/check.sql"),
    include_str!("../../verbs/enqueue.sql"),
    include_str!("../../verbs/group.sql"),
    include_str!("../../verbs/cancel.sql"),
    include_str!("../../verbs/redrive.sql"),
    include_str!("../../verbs/batch_operation.sql"),
    include_str!("../../verbs/limit.sql"),
    include_str!("../../verbs/claim.sql"),
    include_str!("../../verbs/finish.sql"),
    include_str!("../../verbs/sweep.sql"),
    include_str!("../../verbs/prune.sql"),
    include_str!("../../verbs/tally.sql"),
    include_str!("../../verbs/next_due.sql"),
    include_str!("../../verbs/schedule.sql"),
    include_str!("../../verbs/plans.sql"),
];
const GRANTS: &str = include_str!("../../verbs/grants.sql");

/// One migration at a time on a database, and one change of roles at a time on a server.
const LOCK: i64 = 0x0007_A5C5;

/// Names this schema: another text, another name. Test databases are copied from a template that bears it.
#[must_use]
pub fn fingerprint(domain: &Migrator, specs: &[Spec]) -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter().chain(domain.iter()) {
        hash.update(&migration.checksum);
    }
    for text in VERBS.iter().chain([&GRANTS]) {
        hash.update(text);
    }
    for (setting, value) in SESSION {
        hash.update(format!("{setting} {value}"));
    }
    for spec in specs {
        hash.update(format!(
            "{} {} {:?}",
            spec.kind,
            spec.version,
            (spec.retry, spec.time_limit, spec.retention)
        ));
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a migration left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The newest migration there.
    pub version: i64,
    /// How many were missing before.
    pub applied: i64,
}

/// Brings a database up to date: tables, verbs, contracts, roles and grants. Safe to repeat, and to run twice at once.
///
/// `connection` is the database's owner, allowed to create roles. Every login role is made to log in as `login` says.
///
/// # Errors
/// If a statement fails; the migrations before it stay, the rest is as it was.
pub async fn migrate(
    connection: &mut PgConnection,
    domain: &Migrator,
    specs: &[Spec],
    login: &RoleLogin,
) -> std::result::Result<Migrated, sqlx::migrate::MigrateError> {
    let before = count(connection).await?;
    let mut all = Migrator::with_migrations(MIGRATIONS.iter().chain(domain.iter()).cloned().collect());
    // A function of the last release, after a rollback, meets a newer database.
    all.set_ignore_missing(true);
    all.run(&mut *connection).await?;
    provision(connection, specs, login).await?;
    let version = all.iter().map(|migration| migration.version).max().unwrap_or(0);
    Ok(Migrated { version, applied: count(connection).await? - before })
}

/// Everything that has no history: replaced as a whole, in one commit.
async fn provision(connection: &mut PgConnection, specs: &[Spec], login: &RoleLogin) -> Result<()> {
    let mut tx = connection.begin().await?;
    sql::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    for verbs in VERBS {
        sqlx::raw_sql(verbs).execute(&mut *tx).await?;
    }
    sqlx::raw_sql(GRANTS).execute(&mut *tx).await?;
    for spec in specs {
        sql::query(
            "insert into tasks.kind
               (kind, version, max_retries, backoff_factor, backoff_cap, time_limit, retention)
             values ($1, $2, $3, make_interval(secs => $4), make_interval(secs => $5), make_interval(secs => $6),
               make_interval(secs => $7))
             on conflict (kind) do update set version = excluded.version, max_retries = excluded.max_retries,
               backoff_factor = excluded.backoff_factor, backoff_cap = excluded.backoff_cap,
               time_limit = excluded.time_limit, retention = excluded.retention",
        )
        .bind(spec.kind)
        .bind(spec.version)
        .bind(spec.retry.max_retries)
        .bind(spec.retry.factor.as_secs_f64())
        .bind(spec.retry.cap.as_secs_f64())
        .bind(spec.time_limit.as_secs_f64())
        .bind(spec.retention.as_secs_f64())
        .execute(&mut *tx)
        .await?;
        role(&mut tx, &format!("task_{}", spec.kind), "tasks_worker, tasks_tenant", login).await?;
    }
    role(&mut tx, "tasks_api", "tasks_tenant", login).await?;
    role(&mut tx, "tasks_relay", "", login).await?;
    tx.commit().await
}

async fn count(connection: &mut PgConnection) -> Result<i64> {
    let exists: bool = sql::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(0);
    }
    sql::query_scalar("select count(*) from _sqlx_migrations where success").fetch_one(connection).await
}
