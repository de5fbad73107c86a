use crate::document::words;
use serde_json::{Map, Value, json};
use store::{NewSchedule, ScheduleError};
use task::CatchUp;

use crate::answer::problem::Problem;
use crate::request::body::{Object, object};
use crate::request::fields::body;
use crate::request::options::{self, BackoffOption, text};

body! {
    /// A schedule to be made: `cron` or `every`.
    #[schema(as = NewSchedule)]
    pub(crate) struct NewScheduleOfTasks {
        /// Its name, the only one of this spelling in the organization.
        #[schema(min_length = 1, max_length = 100)]
        name: String,
        /// The kind of its tasks.
        #[schema(value_type = words::StartableKind)]
        kind: String,
        /// What they are started with.
        #[schema(value_type = Option<Object>)]
        args: Option<Value>,
        /// When, as minute, hour, day of month, month, day of week.
        #[schema(example = "30 2 * * *")]
        cron: Option<String>,
        /// The time zone of `cron`, as IANA calls it; UTC without.
        #[schema(example = "Europe/Berlin")]
        time_zone: Option<String>,
        /// Every so many seconds.
        #[schema(minimum = 10, maximum = 31_622_400)]
        every: Option<i64>,
        /// What becomes of ticks that nobody took up in time.
        #[schema(value_type = Option<words::CatchUp>)]
        catch_up: Option<String>,
        /// What its tasks override of their kind's policy.
        options: Option<ScheduledOptions>,
    }
}

body! {
    /// What the tasks of a schedule override: all that is no time, and belongs to no single task.
    pub(crate) struct ScheduledOptions {
        /// To be revoked so many seconds after the tick's task was started, if it has not begun.
        #[schema(exclusive_minimum = 0, maximum = 63_072_000)]
        expires: Option<f64>,
        /// How often a task may be repeated.
        #[schema(minimum = 0, maximum = 1000)]
        max_retries: Option<i32>,
        /// How long it waits before a retry.
        backoff: Option<BackoffOption>,
        /// How long one attempt may run, in seconds.
        // Lambda gives a function 900 s, and 5 of them are to write down how it ended.
        #[schema(minimum = 1, maximum = 895)]
        time_limit: Option<f64>,
        /// Who is sent first.
        #[schema(value_type = Option<words::Priority>)]
        priority: Option<String>,
        /// They share the limit of this key.
        #[schema(min_length = 1, max_length = 255)]
        limit_key: Option<String>,
        /// Texts for their handler; `scheduled_for` is set by every tick.
        #[schema(value_type = Option<HashMap<String, String>>)]
        headers: Option<Value>,
    }
}

/// `{"name", "kind", "args", "cron", "time_zone", "every", "catch_up", "options"}`.
pub(crate) fn read(mut body: Object) -> Result<NewSchedule, Problem> {
    body.only(NewScheduleOfTasks::FIELDS)?;
    let name = body.read("name", name)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let mut task = body.take("options").map_or_else(|| Ok(Object(Map::new())), allowed)?;
    for field in ["kind", "args"] {
        task.0.extend(body.take(field).map(|value| (field.to_owned(), value)));
    }
    let task = options::listed(task).map_err(of_options)?;
    let overridden = json!({
        "expires_in": task.expires_in, "max_retries": task.max_retries, "backoff_factor": task.backoff_factor,
        "backoff_cap": task.backoff_cap, "time_limit": task.time_limit, "priority": task.priority,
        "limit_key": task.limit_key, "headers": task.headers,
    });
    let Value::Object(mut overridden) = overridden else { unreachable!("it is an object") };
    overridden.retain(|_, value| !value.is_null());
    Ok(NewSchedule {
        name,
        kind: task.kind,
        args: task.args,
        options: Value::Object(overridden),
        cron: body.read("cron", text)?,
        time_zone: body.read("time_zone", text)?,
        every: body.read("every", every)?,
        catch_up: body.read("catch_up", catch_up)?.unwrap_or_default(),
    })
}

fn name(field: &str, value: Value) -> Result<String, Problem> {
    text(field, value).and_then(|name| match name.chars().count() {
        1..=100 => Ok(name),
        _ => Err(Problem::invalid(field, "must have 1 to 100 characters")),
    })
}

fn every(field: &str, value: Value) -> Result<i64, Problem> {
    options::integer(&value).ok_or_else(|| Problem::invalid(field, "must be a whole number of seconds"))
}

fn catch_up(field: &str, value: Value) -> Result<CatchUp, Problem> {
    serde_json::from_value(value).map_err(|_| Problem::invalid(field, "must be skip, one or all"))
}

fn allowed(value: Value) -> Result<Object, Problem> {
    let read = || {
        let options = object(value)?;
        options.only(ScheduledOptions::FIELDS)?;
        match options.0.get("expires") {
            Some(Value::String(_)) => {
                Err(Problem::invalid("expires", "must be a number of seconds from the tick's task's start"))
            }
            _ => Ok(options),
        }
    };
    let options = read().map_err(|problem: Problem| problem.below("options"))?;
    match options.0.get("headers").and_then(|headers| headers.get("scheduled_for")) {
        Some(_) => Err(Problem::invalid("options.headers.scheduled_for", "is set by every tick")),
        None => Ok(options),
    }
}

/// The same, but of a field within the options, where the tasks' own fields are not.
fn of_options(problem: Problem) -> Problem {
    let own = |field: &str| field == "kind" || field == "args" || field.starts_with("args.");
    if problem.field().is_none_or(own) { problem } else { problem.below("options") }
}

impl From<ScheduleError> for Problem {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Timing(bad) => Self::invalid(bad.field, bad.detail),
            ScheduleError::Option(bad) => {
                let begin = format!("{}: ", bad.option);
                let detail = bad.detail.strip_prefix(&begin).unwrap_or(&bad.detail);
                of_options(Self::invalid(&bad.option, detail))
            }
            ScheduleError::NameTaken => {
                Self::conflict("Another schedule of the organization has this name.").or_field("name")
            }
            ScheduleError::TooMany => Self::conflict("An organization has at most 1000 schedules."),
            ScheduleError::Database(error) => error.into(),
        }
    }
}
