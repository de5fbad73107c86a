use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::GroupState;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// How a group stands. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Shown {
    group_id: Uuid,
    total: i32,
    done: i32,
    succeeded: i32,
    unsuccessful: i32,
    window: i32,
    policy: String,
    chain: bool,
    created_at: DateTime<Utc>,
    cancelled_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    callback_id: Option<Uuid>,
    parent_id: Option<Uuid>,
}

/// GET /groups/{id}: how many members of a group have ended.
pub(crate) async fn show_group(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let group = transact!(app, caller, |tx| Ok(store::find_group(tx, id).await?))?;
    group.map(|group| Json(group.into())).ok_or_else(no_such_group)
}

/// There is none, or it is another tenant's.
pub(crate) fn no_such_group() -> Problem {
    Problem::not_found("There is no such group.")
}

impl From<GroupState> for Shown {
    fn from(group: GroupState) -> Self {
        Self {
            group_id: group.group_id,
            total: group.total,
            done: group.done,
            succeeded: group.done - group.unsuccessful,
            unsuccessful: group.unsuccessful,
            window: group.window,
            policy: group.policy,
            chain: group.stops_on_failure,
            created_at: group.created_at,
            cancelled_at: group.cancelled_at,
            finished_at: group.finished_at,
            callback_id: group.callback_id,
            parent_id: group.parent_id,
        }
    }
}
