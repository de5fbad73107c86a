use axum::Json;
use axum::extract::State;
use rhesis::runs::{self, LastRun};

use super::execute::there_are;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Ids;

/// GET `/test_sets/{id}/last-run/{endpoint_id}`: the newest run of the set on the endpoint that is Completed or Partial; null if there is none.
#[utoipa::path(
    get, path = "/test_sets/{id}/last-run/{endpoint_id}", operation_id = "get_last_run",
    responses((status = 200, body = Option<LastRun>))
)]
pub(crate) async fn last_run(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, endpoint_id): Ids,
) -> Result<Json<Option<LastRun>>, Problem> {
    let last = transact!(app, caller, |tx| {
        there_are(tx, endpoint_id, test_set_id).await?;
        Ok(runs::last(tx, test_set_id, endpoint_id).await?)
    })?;
    Ok(Json(last))
}
