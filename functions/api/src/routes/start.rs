use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::Spec;
use serde_json::{Value, json};
use store::NewTask;

use super::kind::Kind;
use crate::body::Object;
use crate::caller::Caller;
use crate::database::end;
use crate::problem::Problem;
use crate::{App, log};

/// The longest countdown, in seconds: 365 days.
const LONGEST_COUNTDOWN: f64 = 31_536_000.0;

/// POST /tasks/{kind}: starts a task with `{"args": {…}, "countdown": seconds}`, both optional.
///
/// Arguments are checked against the contract here: what the kind's function could not read is never stored.
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    Kind(spec): Kind,
    body: Object,
) -> Result<Response, Problem> {
    let task = read(spec, body)?;
    let id = task.id;
    let mut tx = app.store.begin(caller.tenant()).await?;
    let outcome = store::enqueue(&mut tx, &[task]).await.map_err(Problem::from);
    let enqueued = end(tx, outcome).await?;
    log::task(id);
    app.queue.dispatch(&enqueued.wakes).await;
    let location = [(header::LOCATION, format!("/tasks/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(json!({ "task_id": id, "status": "PENDING" }))).into_response())
}

fn read(spec: &Spec, mut body: Object) -> Result<NewTask, Problem> {
    body.only(&["args", "countdown"])?;
    let args = body.take("args").unwrap_or_else(|| json!({}));
    spec.check(&args).map_err(|bad| Problem::invalid(bad.field, bad.detail))?;
    let countdown = body.take("countdown").map(|value| countdown(&value)).transpose()?;
    Ok(NewTask { countdown, ..NewTask::named(spec.kind, args) })
}

fn countdown(value: &Value) -> Result<f64, Problem> {
    value.as_f64().filter(|seconds| (0.0..=LONGEST_COUNTDOWN).contains(seconds)).ok_or_else(|| {
        Problem::invalid("countdown", format!("must be a number of seconds from 0 to {LONGEST_COUNTDOWN}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_is_a_number_of_seconds_up_to_a_year() {
        for good in [json!(0), json!(-0.0), json!(0.25), json!(10), json!(31_536_000)] {
            assert!(countdown(&good).is_ok(), "{good}");
        }
        for bad in [json!(-1), json!(31_536_000.5), json!(1e300), json!(u64::MAX), json!("10"), json!([10])] {
            assert!(countdown(&bad).is_err(), "{bad}");
        }
    }
}
