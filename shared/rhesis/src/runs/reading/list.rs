use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Shown;
use super::shown::shown;
use crate::runs::RunStatus;

/// Which runs to list.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only those that stand so.
    pub status: Option<RunStatus>,
    /// Only those of this configuration.
    pub test_configuration_id: Option<Uuid>,
    /// Only those of this test set.
    pub test_set_id: Option<Uuid>,
    /// Only those queued at this time or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Only those queued before this time.
    pub created_before: Option<DateTime<Utc>>,
}

/// The list of runs, newest first.
pub const LIST: Listing = Listing {
    name: "test_runs",
    from: "test_run r",
    id: "r.id",
    columns: &[
        Column::uuid("id", "r.id"),
        Column::text("name", "r.name").sorted_by("coalesce(r.name, '')"),
        Column::text("status", "r.status"),
        Column::uuid("test_configuration_id", "r.test_configuration_id"),
        Column::uuid(
            "test_set_id",
            "(select c.test_set_id from test_configuration c where c.id = r.test_configuration_id)",
        )
        .unsorted(),
        Column::uuid(
            "endpoint_id",
            "(select c.endpoint_id from test_configuration c where c.id = r.test_configuration_id)",
        )
        .unsorted(),
        Column::uuid("task_id", "r.task_id"),
        Column::number("total", "r.total"),
        Column::uuid("user_id", "r.user_id").unsorted(),
        Column::time("created_at", "r.created_at"),
        Column::time("started_at", "r.started_at").sorted_by("coalesce(r.started_at, 'epoch')"),
        Column::time("completed_at", "r.completed_at").sorted_by("coalesce(r.completed_at, 'epoch')"),
    ],
    order: (0, Direction::Descending),
};

/// Lists runs, with their counts.
pub async fn list(conn: &mut PgConnection, filter: &RunFilter, query: &Query) -> sqlx::Result<Page<Shown>> {
    let picked = LIST.pick(conn, query, |sql| filter.push(sql)).await?;
    let rows = sql::query_as(shown!("where r.id = any ($1)", "array_position($1, r.id)"))
        .bind(&picked.ids)
        .fetch_all(conn)
        .await?;
    Ok(picked.page(rows))
}

impl RunFilter {
    fn push(&self, sql: &mut Sql) {
        if let Some(status) = self.status {
            sql.push(" and r.status = ").push_bind(status.as_str());
        }
        if let Some(id) = self.test_configuration_id {
            sql.push(" and r.test_configuration_id = ").push_bind(id);
        }
        if let Some(id) = self.test_set_id {
            sql.push(
                " and r.test_configuration_id in (select id from test_configuration where test_set_id = ",
            )
            .push_bind(id)
            .push(")");
        }
        if let Some(time) = self.created_after {
            sql.push(" and r.created_at >= ").push_bind(time);
        }
        if let Some(time) = self.created_before {
            sql.push(" and r.created_at < ").push_bind(time);
        }
    }
}
