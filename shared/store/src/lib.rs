//! Postgres: the engine's schema, and every SQL statement of the engine behind a verb.
//!
//! The rules live in `migrations/` (tables, each with its reason) and `verbs/` (functions that run as the role
//! `tasks_engine`); the code here only calls them. Read `verbs/claim.sql` and `verbs/finish.sql` first.

mod claim;
mod connect;
mod enqueue;
mod finish;
mod schema;
mod state;
mod sweep;
mod tenant;

pub use claim::{Answer, Asked, Claimed, Refusal};
pub use connect::{ConnectError, Store};
pub use enqueue::{NewTask, enqueue};
pub use finish::{Ending, Group, Member, Outcome, Settled, finish_in, hand_over_in};
pub use schema::{MIGRATIONS, Migrated, fingerprint, migrate};
pub use state::{Progress, TaskState, find_task};
pub use sweep::GroupCheck;
pub use tenant::{Tenant, bind, unbind};

/// What goes wrong between here and Postgres.
pub type Result<T> = std::result::Result<T, sqlx::Error>;
