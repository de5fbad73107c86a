use crate::request::fields::body;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use rhesis::endpoints::{CallErrorKind, keep_token};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::names::Names;
use super::{find, refused};
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::long_calls::LongCall;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::text;

/// The most that a trial call may take: the API has to answer within 29 s itself.
const LONGEST: Duration = Duration::from_secs(25);

body! {
    /// What to ask an endpoint.
    pub(crate) struct Invocation {
        /// The prompt.
        input: String,
    }
}

/// What an endpoint answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointAnswer {
    /// What the answer's mapping calls its output.
    output: Option<String>,
    /// All that was mapped.
    answer: Value,
    /// How long it took, in milliseconds.
    duration_ms: u64,
}

/// POST /endpoints/{id}/invoke: asks the endpoint once, stores neither prompt nor answer.
#[utoipa::path(
    post, path = "/endpoints/{id}/invoke", operation_id = "invoke_endpoint", request_body = Invocation,
    responses((status = 200, body = EndpointAnswer), (status = 502, description = "The endpoint gave no answer; `call` says how."),
        (status = 429, description = "As many requests wait, or call endpoints, as may at a time; again after `Retry-After`.", headers(("Retry-After"))))
)]
pub(crate) async fn invoke(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<EndpointAnswer>, Problem> {
    body.only(Invocation::FIELDS)?;
    let input = body.read("input", text)?.ok_or_else(|| Problem::invalid("input", "is missing"))?;
    let stored = transact!(app, caller, |tx| find(tx, id).await)?;
    let held = LongCall::begin(&app, caller, LONGEST).await?;
    let began = Instant::now();
    let client = app.endpoints.at_most(LONGEST);
    let called = stored.invoke(&client, &input).await;
    let duration = began.elapsed();
    held.end(&app).await;
    transact!(app, caller, |tx| Ok(keep_token(tx, &client, &stored.endpoint).await?))?;
    match called {
        Ok(answer) => Ok(Json(EndpointAnswer {
            output: answer.output(),
            answer: answer.body,
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        })),
        Err(error) if error.kind == CallErrorKind::InvalidEndpoint => Err(refused(&error, &Names::OWN)),
        Err(error) => Err(Problem::bad_gateway(error.to_string(), error.to_json())),
    }
}
