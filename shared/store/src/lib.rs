//! Postgres: the engine's schema, and every SQL statement of the engine behind a verb.
//!
//! The rules live in `migrations/` (tables, each with its reason) and `verbs/` (functions that run as the role
//! `tasks_engine`); the code here only calls them. Read `verbs/claim.sql` and `verbs/finish.sql` first.

mod alike;
mod attempts;
mod bad_option;
mod cancel;
mod claim;
mod claiming;
mod connect;
mod database;
mod dead_letters;
mod declare;
mod enqueue;
mod finish;
mod groups;
mod in_hand;
mod interrupted;
mod limits;
mod list;
mod new_schedule;
mod new_task;
mod notices;
mod renewal;
mod role;
mod schedule;
mod schema;
mod state;
mod stats;
mod succeed;
mod sweep;
mod tenant;
mod ticks;
mod why;

pub use attempts::{PastAttempt, invocation};
pub use bad_option::{BadOption, bad_option};
pub use cancel::{Retried, Revoked, cancel_group, retry, revoke, set_limit};
pub use claim::{Answer, Asked, Claimed, Refusal};
pub use connect::{ConnectError, Store};
pub use database::Database;
pub use dead_letters::{DeadLetterFilter, DeadLetters, Redriven, dead_letters, redrive, select_dead_letters};
pub use declare::declare_schedules;
pub use enqueue::{Enqueued, EnqueuedGroup, NewGroup, Policy, enqueue, enqueue_group, forget_key};
pub use finish::{Ending, Group, Member, Outcome, Settled, finish_in, hand_over_in};
pub use groups::{GroupState, find_group};
pub use interrupted::{cause_of, recognize};
pub use limits::{Limit, list_limits};
pub use list::{TaskFilter, TaskLine, TaskPage, list_tasks};
pub use new_schedule::{NewSchedule, ScheduleError, create_schedule};
pub use new_task::NewTask;
pub use notices::{Notice, take_notices};
pub use role::RoleLogin;
pub use schedule::{
    Schedule, ScheduleLine, delete_schedule, find_schedule, list_schedules, pause_schedule, resume_schedule,
};
pub use schema::{MIGRATIONS, Migrated, fingerprint, migrate};
pub use state::{Progress, TaskState, find_task, known_tasks};
pub use stats::{KindStats, stats};
pub use sweep::{GroupCheck, Overdue};
pub use tenant::{Tenant, bind, unbind};
pub use ticks::{DueSchedule, DueSchedules, Fire, Fired};
/// Which release of the IANA database schedules are read by, as `2026f`.
pub use timetable::RULES as TIME_ZONES;
pub use why::{Why, why};

/// What goes wrong between here and Postgres.
pub type Result<T> = std::result::Result<T, sqlx::Error>;
