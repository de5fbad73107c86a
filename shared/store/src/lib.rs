//! Postgres: the engine's schema, and every SQL statement of the engine behind a verb.
//!
//! The rules live in `migrations/` (tables, each with its reason) and `verbs/` (functions that run as the role
//! `tasks_engine`); the code here only calls them. Read `verbs/claim.sql` and `verbs/finish.sql` first.

mod claim;
mod connection;
mod end;
mod read;
mod relay;
mod schedules;
mod schema;
mod start;

pub use claim::{Answer, Asked, Claimed, Refusal};
pub use connection::database::Database;
pub use connection::interrupted::{cause_of, recognize};
pub use connection::store::{ConnectError, Store};
pub use connection::tenant::{Tenant, bind, unbind};
pub use end::batch_operation::{
    BatchOperation, NewBatchOperation, Portion, begin_batch_operation, continue_batch_operation,
    find_batch_operation, list_batch_operations, stop_batch_operation,
};
pub use end::cancel::{Retried, Revoked, cancel_group, retry, revoke, set_limit};
pub use end::finish::{Ending, Group, Member, Outcome, Settled, finish_in, hand_over_in};
pub use read::attempts::{PastAttempt, invocation};
pub use read::dead_letters::{
    DeadLetterFilter, DeadLetterPlace, DeadLetters, Redriven, dead_letters, redrive, select_dead_letters,
};
pub use read::ended_tasks::{EndedTasks, ended_tasks};
pub use read::groups::{GroupState, find_group};
pub use read::limits::{Limit, list_limits};
pub use read::list::{TaskFilter, TaskLine, TaskPage, TaskPlace, list_tasks};
pub use read::state::{Progress, TaskState, find_task, known_tasks};
pub use read::stats::{KindStats, OPEN_LOOKED_AT, stats};
pub use read::swept::swept_at;
pub use read::why::{Why, why, why_each};
pub use relay::notices::{Notice, take_notices};
pub use relay::sweep::{GroupCheck, Overdue};
pub use relay::ticks::{DueSchedule, DueSchedules, Fire, Fired};
pub use schedules::declare::declare_schedules;
pub use schedules::new::{NewSchedule, ScheduleError, create_schedule};
pub use schedules::stored::{
    SCHEDULES, Schedule, ScheduleLine, delete_schedule, find_schedule, list_schedules, pause_schedule,
    resume_schedule,
};
pub use schema::role::RoleLogin;
pub use schema::{MIGRATIONS, Migrated, fingerprint, migrate, verb_grants};
pub use start::bad_option::{BadOption, bad_option};
pub use start::enqueue::{
    Enqueued, EnqueuedGroup, NewGroup, Policy, enqueue, enqueue_group, forget_key, kick,
};
pub use start::new_task::NewTask;
/// Which release of the IANA database schedules are read by, as `2026f`.
pub use timetable::RULES as TIME_ZONES;

/// What goes wrong between here and Postgres.
pub type Result<T> = std::result::Result<T, sqlx::Error>;
