use crate::document::words;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::GroupState;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// How a group stands. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
pub(crate) struct Shown {
    /// The group.
    group_id: Uuid,
    /// How many members it has.
    total: i32,
    /// How many of them have ended.
    done: i32,
    /// How many of these succeeded.
    succeeded: i32,
    /// How many did not.
    unsuccessful: i32,
    /// How many may be in flight.
    window: i32,
    /// When its callback is fired.
    #[schema(value_type = words::GroupPolicy)]
    policy: String,
    /// Whether the first member that does not succeed ends it.
    chain: bool,
    /// When it was started.
    created_at: DateTime<Utc>,
    /// When it was cancelled.
    cancelled_at: Option<DateTime<Utc>>,
    /// When its callback had ended; without one, its last member.
    finished_at: Option<DateTime<Utc>>,
    /// The task that follows the last member.
    callback_id: Option<Uuid>,
    /// The task that handed itself over to it.
    parent_id: Option<Uuid>,
}

/// GET /groups/{id}: how many members of a group have ended.
#[utoipa::path(get, path = "/groups/{id}", operation_id = "get_group", responses((status = 200, body = Shown)))]
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
