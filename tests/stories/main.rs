//! What the system promises, each promise a story over a real Postgres and the real runtime around handlers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod batch_operations;
mod begun_anew;
mod deaths;
mod group_ends;
mod groups;
mod idempotency;
mod interruptions;
mod lifecycle;
mod limits;
mod long_tasks;
mod losses;
mod measures;
mod notifications;
mod options;
mod options_in_sql;
mod poisonous;
mod rare_ends;
mod redriving;
mod retries;
mod revoking;
mod schedules;
mod sleeping;
mod tally;
mod tenant_walls;
mod tenants;
mod when_it_ran;
