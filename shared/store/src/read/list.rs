use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use task::Status;
use uuid::Uuid;

use super::state::OPEN_STATUS;
use crate::Result;

/// How many tasks one page looks at, at most, where no index knows those that match.
const LOOKED_AT: i64 = 10_000;

/// More than two clocks differ by.
const CLOCKS: TimeDelta = TimeDelta::hours(1);

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Only those that stand so.
    pub status: Option<Status>,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those that this task started.
    pub parent_id: Option<Uuid>,
    /// Only those that were started in this group.
    pub group_id: Option<Uuid>,
    /// Only those started at this time or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Only those started before this time.
    pub created_before: Option<DateTime<Utc>>,
    /// Only those that failed so, those that failed last first; it needs `kind`. See [`crate::DeadLetters::fingerprint`].
    pub fingerprint: Option<String>,
    /// Only those behind this one in the list: where the last page ended.
    pub behind: Option<TaskPlace>,
    /// How many, at most.
    pub limit: u16,
}

/// Where a page of the list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TaskPlace {
    /// In a list of what failed of one cause: when the task ended, and the task.
    Failed(#[serde(deserialize_with = "super::place::time")] DateTime<Utc>, Uuid),
    /// In any other: the task.
    Task(Uuid),
}

/// A task as a list shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TaskLine {
    /// The task.
    pub task_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// One of Celery's words; see [`Status`].
    pub status: String,
    /// The attempt that runs, or is next, or was the last.
    pub attempt: i32,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When the next attempt may begin, while it waits for its time.
    pub not_before: Option<DateTime<Utc>>,
    /// When the attempt that runs began.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When its last attempt began, or the one that runs.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The task that started it.
    pub parent_id: Option<Uuid>,
    /// The group that it was started in.
    pub group_id: Option<Uuid>,
}

/// A part of the list.
#[derive(Debug)]
pub struct TaskPage {
    /// Newest first; may be fewer than asked for, even none, before the end of the list.
    pub tasks: Vec<TaskLine>,
    /// Where the next page begins: behind this id. None at the end of the list.
    pub next: Option<TaskPlace>,
}

/// The tasks of the tenant that `tx` is bound to, newest first. What a page costs is bounded, whatever the table holds.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn list_tasks(tx: &mut PgConnection, filter: &TaskFilter) -> Result<TaskPage> {
    let made = match filter.group_id {
        Some(group) => made_with(tx, group).await?,
        None => None,
    };
    // Members are made with their group, and their ids by the same clock: what was started at another time is not looked at.
    let (around, clock) = (TimeDelta::minutes(1), if made.is_some() { TimeDelta::zero() } else { CLOCKS });
    let filter = &TaskFilter {
        created_after: made.map(|made| made - around).max(filter.created_after),
        created_before: match (made.map(|made| made + around), filter.created_before) {
            (Some(made), Some(asked)) => Some(made.min(asked)),
            (made, asked) => made.or(asked),
        },
        ..filter.clone()
    };
    let known = match filter.status {
        Some(status) => {
            status != Status::Success || filter.parent_id.is_some() || filter.fingerprint.is_some()
        }
        None => filter.parent_id.is_some() || filter.fingerprint.is_some(),
    };
    let mut tasks: Vec<TaskLine> =
        page(filter, known, clock).build_query_as().persistent(!sql::pooled()).fetch_all(&mut *tx).await?;
    let limit = usize::from(filter.limit);
    if tasks.len() > limit {
        tasks.truncate(limit);
        return Ok(TaskPage { next: tasks.last().map(|last| place(filter, last)), tasks });
    }
    let next = if known {
        None
    } else {
        let last: Option<Uuid> = last_looked_at(filter, clock)
            .build_query_scalar()
            .persistent(!sql::pooled())
            .fetch_optional(tx)
            .await?;
        last.map(TaskPlace::Task)
    };
    Ok(TaskPage { tasks, next })
}

fn place(filter: &TaskFilter, line: &TaskLine) -> TaskPlace {
    match line.finished_at.filter(|_| filter.fingerprint.is_some()) {
        Some(finished_at) => TaskPlace::Failed(finished_at, line.task_id),
        None => TaskPlace::Task(line.task_id),
    }
}

/// When a group was made; none if there is no such group.
async fn made_with(tx: &mut PgConnection, group: Uuid) -> Result<Option<DateTime<Utc>>> {
    sql::query_scalar("select created_at from tasks.task_group where id = $1")
        .bind(group)
        .fetch_optional(tx)
        .await
}

/// One task more than asked for tells that there is a next page.
fn page(filter: &TaskFilter, known: bool, clock: TimeDelta) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(format!(
        "select t.id as task_id, t.kind, coalesce(o.status, t.status) as status, coalesce(t.attempt, o.attempt) as attempt,
           t.created_at, case when o.status in ('PENDING', 'RETRY')
             and o.not_before between '0001-01-02Z' and '9999-12-30Z' then o.not_before end
             as not_before,
           o.claimed_at, coalesce(o.claimed_at, t.started_at) as started_at, t.finished_at, t.parent_id, t.group_id
         from (select *, {OPEN_STATUS} as status from tasks.outbox o) o right join ",
    ));
    if known {
        query.push("tasks.task t");
    } else {
        query.push("(select * from tasks.task t where true");
        between(&mut query, filter, clock);
        query.push(" order by t.id desc limit ").push_bind(LOOKED_AT).push(") t");
    }
    query.push(" on o.task_id = t.id where true");
    match filter.status {
        // The rows that are few: of the outbox, and those of the index of what did not succeed.
        Some(status) if !status.is_final() => query.push(" and o.status = ").push_bind(status.as_str()),
        Some(Status::Success) => query.push(" and t.status = 'SUCCESS'"),
        Some(status) => query.push(" and t.failed_at is not null and t.status = ").push_bind(status.as_str()),
        None => &mut query,
    };
    if known {
        between(&mut query, filter, clock);
    }
    if let Some(kind) = &filter.kind {
        query.push(" and t.kind = ").push_bind(kind.clone());
    }
    if let Some(fingerprint) = &filter.fingerprint {
        query.push(" and t.fingerprint = ").push_bind(fingerprint.clone());
        if let Some(TaskPlace::Failed(time, id)) = filter.behind {
            query.push(" and (t.failed_at, t.id) < (").push_bind(time).push(", ").push_bind(id).push(")");
        }
    }
    if let Some(parent) = filter.parent_id {
        query.push(" and t.parent_id = ").push_bind(parent);
    }
    if let Some(group) = filter.group_id {
        query.push(" and t.group_id = ").push_bind(group);
    }
    if let Some(time) = filter.created_after {
        query.push(" and t.created_at >= ").push_bind(time);
    }
    if let Some(time) = filter.created_before {
        query.push(" and t.created_at < ").push_bind(time);
    }
    // The index of causes has them by the time they failed.
    let order = if filter.fingerprint.is_some() { "t.failed_at desc, t.id desc" } else { "t.id desc" };
    query.push(" order by ").push(order).push(" limit ").push_bind(i64::from(filter.limit) + 1);
    query
}

fn last_looked_at(filter: &TaskFilter, clock: TimeDelta) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select t.id from tasks.task t where true");
    between(&mut query, filter, clock);
    query.push(" order by t.id desc limit 1 offset ").push_bind(LOOKED_AT - 1);
    query
}

/// Ids sort by the time of the clock that they were made by, which may differ by so much from Postgres's.
fn between(query: &mut QueryBuilder<Postgres>, filter: &TaskFilter, clock: TimeDelta) {
    if let Some(TaskPlace::Task(id)) = filter.behind {
        query.push(" and t.id < ").push_bind(id);
    }
    if let Some(time) = filter.created_after {
        query.push(" and t.id >= ").push_bind(first_id(time - clock));
    }
    if let Some(time) = filter.created_before {
        query.push(" and t.id < ").push_bind(first_id(time + clock));
    }
}

/// The least id that can be made at `time`: its milliseconds, then zeros.
fn first_id(time: DateTime<Utc>) -> Uuid {
    let milliseconds = u128::try_from(time.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(milliseconds << 80)
}
