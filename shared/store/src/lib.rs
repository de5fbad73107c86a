//! Postgres: the engine's schema, and every SQL statement of the engine behind a verb.
//!
//! The rules live in `migrations/` (tables, each with its reason) and `verbs/` (functions that run as the role
//! `tasks_engine`); the code here only calls them. Read `verbs/claim.sql` and `verbs/finish.sql` first.

mod bad_option;
mod cancel;
mod claim;
mod connect;
mod enqueue;
mod finish;
mod new_task;
mod schema;
mod state;
mod sweep;
mod tenant;

pub use bad_option::{BadOption, bad_option};
pub use cancel::{Revoked, cancel_group, retry, revoke, set_limit};
pub use claim::{Answer, Asked, Claimed, Refusal};
pub use connect::{ConnectError, Store};
pub use enqueue::{Enqueued, EnqueuedGroup, NewGroup, Policy, enqueue, enqueue_group};
pub use finish::{Ending, Group, Member, Outcome, Settled, finish_in, hand_over_in};
pub use new_task::NewTask;
pub use schema::{MIGRATIONS, Migrated, fingerprint, migrate};
pub use state::{Progress, TaskState, find_task};
pub use sweep::{GroupCheck, Overdue};
pub use tenant::{Tenant, bind, unbind};

/// What goes wrong between here and Postgres.
pub type Result<T> = std::result::Result<T, sqlx::Error>;
