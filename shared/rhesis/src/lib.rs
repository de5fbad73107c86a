//! The domain: organizations, endpoints, test sets, metrics, test runs and their results.
//!
//! Every SQL statement about them is here, behind verbs. A verb takes a connection that is inside a transaction
//! and bound to its tenant (`set local role tasks_tenant`, setting `app.organization_id`); rows of other tenants
//! do not exist for it. No verb opens a transaction, none waits for the network, none logs a prompt or an answer.

pub mod behaviors;
pub mod cases;
pub mod configurations;
pub mod endpoints;
pub mod import;
pub mod imports;
mod integer;
pub mod json;
pub mod long_calls;
pub mod metrics;
pub mod models;
pub mod organizations;
pub mod programs;
pub mod results;
pub mod runs;
pub mod secrets;
pub mod sessions;
pub mod test_sets;
pub mod tokens;
pub mod users;
mod verdict;
pub mod webhooks;

pub use integer::integer;
pub use verdict::{Outcome, Verdict};

/// The schema of the domain, numbered from 1001; the engine's migrations come before it in the same history.
pub static MIGRATIONS: sqlx::migrate::Migrator = {
    let mut migrator = sqlx::migrate!("./migrations");
    migrator.ignore_missing = true;
    migrator
};
