mod backoff;
mod carried;
mod documented;
mod naming;
mod number;
mod priority;
mod text;
mod time;

use catalog::Spec;
use serde_json::json;
use store::NewTask;

pub(crate) use documented::{BackoffOption, ListedTask, MemberTask, StartTask};
pub(crate) use naming::{boolean, description, flag, kind, title, visibility};
pub(crate) use number::{rate, seconds};
pub(crate) use rhesis::integer;
pub(crate) use text::{fingerprint, text, uuid, verdict};
pub(crate) use time::moment;

use crate::answer::problem::Problem;
use crate::request::body::Object;

/// A task of a known kind, as `{"args": {…}, "countdown": 10, …}` asks for it; every field is optional.
///
/// Types are checked here, so is that the kind's function can read the arguments: what it could not is never stored.
/// Whether a number is in range and a time ahead is for Postgres to say, whose clock decides.
pub(crate) fn task(spec: &Spec, mut body: Object) -> Result<NewTask, Problem> {
    if spec.internal {
        return Err(Problem::invalid("kind", format!("{} is started by the engine only", spec.kind)));
    }
    body.only(StartTask::FIELDS)?;
    let args = body.take("args").unwrap_or_else(|| json!({}));
    spec.check(&args).map_err(|bad| Problem::invalid(bad.field, bad.detail))?;
    let expires = body.read("expires", time::expiry)?;
    let backoff = body.read("backoff", backoff::backoff)?.unwrap_or_default();
    let id = body.read("task_id", uuid)?;
    if id.is_some() && body.has("idempotency_key") {
        return Err(Problem::invalid("task_id", "contradicts idempotency_key: the id itself is the key"));
    }
    let task = NewTask {
        countdown: body.read("countdown", seconds)?,
        eta: body.read("eta", moment)?,
        expires_in: expires.and_then(time::Expiry::seconds),
        expires_at: expires.and_then(time::Expiry::moment),
        max_retries: body.read("max_retries", number::whole)?,
        backoff_factor: backoff.factor,
        backoff_cap: backoff.cap,
        time_limit: body.read("time_limit", seconds)?,
        priority: body.read("priority", priority::priority)?,
        limit_key: body.read("limit_key", text)?,
        idempotency_key: body.read("idempotency_key", text)?,
        headers: body.read("headers", carried::headers)?,
        parent_id: body.read("parent_id", uuid)?,
        ..NewTask::named(spec.kind, args)
    };
    Ok(match id {
        Some(id) => task.identified(id),
        None => task,
    })
}

/// A task that names its kind itself: one of a list.
pub(crate) fn listed(mut body: Object) -> Result<NewTask, Problem> {
    body.only(ListedTask::FIELDS)?;
    let kind = body.read("kind", text)?.ok_or_else(|| Problem::invalid("kind", "is missing"))?;
    let spec = catalog::find(&kind)
        .ok_or_else(|| Problem::invalid("kind", "must be the name of a kind of task that there is"))?;
    task(spec, body)
}

/// A task of a group, which begins when its group lets it go.
pub(crate) fn grouped(body: Object) -> Result<NewTask, Problem> {
    for name in ["countdown", "eta"] {
        if body.has(name) {
            return Err(Problem::invalid(
                name,
                "is not for a task of a group: it begins when its group lets it go",
            ));
        }
    }
    for name in ["idempotency_key", "task_id"] {
        if body.has(name) {
            return Err(Problem::invalid(name, "is not for a task of a group: it has no life of its own"));
        }
    }
    body.only(MemberTask::FIELDS)?;
    listed(body)
}

/// The priority of a task in the words that it was asked for in.
pub(crate) use priority::word as priority_word;
