use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use rhesis::endpoints::{CallErrorKind, keep_token};
use serde_json::{Value, json};

use super::{find, refused};
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::text;

/// The most that a trial call may take: the API has to answer within 29 s itself.
const LONGEST: Duration = Duration::from_secs(25);

/// POST /endpoints/{id}/invoke: asks the endpoint once, stores neither prompt nor answer.
pub(crate) async fn invoke(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<Value>, Problem> {
    body.only(&["input"])?;
    let input = body.read("input", text)?.ok_or_else(|| Problem::invalid("input", "is missing"))?;
    let stored = transact!(app, caller, |tx| find(tx, id).await)?;
    let began = Instant::now();
    let client = app.endpoints.at_most(LONGEST);
    let called = stored.invoke(&client, &input).await;
    transact!(app, caller, |tx| Ok(keep_token(tx, &client, &stored.endpoint).await?))?;
    match called {
        Ok(answer) => Ok(Json(json!({
            "output": answer.output(),
            "answer": answer.body,
            "duration_ms": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        }))),
        Err(error) if error.kind == CallErrorKind::InvalidEndpoint => Err(refused(&error)),
        Err(error) => Err(Problem::bad_gateway(error.to_string(), error.to_json())),
    }
}
