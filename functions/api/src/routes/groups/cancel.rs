use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::no_such_group;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// How long a request goes on ending members, a thousand in a commit; the relay ends the rest.
const LONGEST: Duration = Duration::from_secs(10);

/// A group that was cancelled.
#[derive(Serialize, ToSchema)]
pub(crate) struct CancelledGroup {
    /// The group.
    group_id: Uuid,
    /// How many members are still to be ended, by the relay.
    left: i64,
}

/// DELETE /groups/{id}: cancels a group: nothing of it begins any more, and what runs is stopped.
///
/// `left` says how many members are still to be ended; the relay does it.
#[utoipa::path(
    delete, path = "/groups/{id}", operation_id = "cancel_group",
    responses((status = 200, body = CancelledGroup), (status = 409, description = "It has ended."))
)]
pub(crate) async fn cancel_group(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<CancelledGroup>, Problem> {
    let until = deadline();
    let cancelled = transact!(app, caller, |tx| {
        if let Some(cancelled) = store::cancel_group(tx, id).await? {
            return Ok(cancelled);
        }
        store::find_group(tx, id).await?.ok_or_else(no_such_group)?;
        Err(Problem::conflict("The group has ended: there is nothing to cancel."))
    })?;
    kick(&app.queue, &cancelled.wakes).await;
    let left = end_rest(&app, caller, id, cancelled.left, until).await?;
    Ok(Json(CancelledGroup { group_id: id, left }))
}

/// Ends the members that a cancelled group has left, until there is none or the time is over; answers how many are left.
pub(crate) async fn end_rest(
    app: &App,
    caller: Caller,
    group: Uuid,
    mut left: i64,
    until: Instant,
) -> Result<i64, Problem> {
    while left > 0 && Instant::now() < until {
        let next = transact!(app, caller, |tx| Ok(store::cancel_group(tx, group).await?))?;
        let Some(next) = next else {
            return Ok(0);
        };
        kick(&app.queue, &next.wakes).await;
        left = next.left;
    }
    Ok(left)
}

/// When a request that begins now gives the rest of its work to the relay.
pub(crate) fn deadline() -> Instant {
    Instant::now() + LONGEST
}
