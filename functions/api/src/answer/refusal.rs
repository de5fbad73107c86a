use std::collections::HashSet;

use sqlx::PgConnection;
use store::{BadOption, NewTask, bad_option};
use uuid::Uuid;

use crate::answer::problem::Problem;

/// What the engine has against one task.
pub(crate) fn refused(error: sqlx::Error) -> Problem {
    refused_by(error, |_, problem| problem)
}

/// What the engine has against one task of `list`.
pub(crate) fn refused_in(list: &str, error: sqlx::Error) -> Problem {
    refused_by(error, |bad, problem| problem.in_item(list, bad.index))
}

/// What the engine has against one task of several; `place` says of which.
pub(crate) fn refused_by(error: sqlx::Error, place: impl FnOnce(&BadOption, Problem) -> Problem) -> Problem {
    match bad_option(&error) {
        // The door knows every kind: one that Postgres does not know is ours to add.
        Some(bad) if bad.option != "kind" => {
            let begin = format!("{}: ", bad.option);
            let detail = bad.detail.strip_prefix(&begin).unwrap_or(&bad.detail);
            let problem = match bad.option.as_str() {
                "task_id" => Problem::conflict(format!("The task_id {detail}.")).or_field("task_id"),
                option => Problem::invalid(option, detail),
            };
            place(&bad, problem)
        }
        _ => error.into(),
    }
}

/// The place in the list of the first task whose parent is no task of the caller's, and what is to be said of it.
pub(crate) async fn orphan(
    tx: &mut PgConnection,
    tasks: &[NewTask],
) -> Result<Option<(usize, Problem)>, Problem> {
    let parents: Vec<Uuid> = tasks.iter().filter_map(|task| task.parent_id).collect();
    if parents.is_empty() {
        return Ok(None);
    }
    let known: HashSet<Uuid> = store::known_tasks(tx, &parents).await?.into_iter().collect();
    let place = tasks.iter().position(|task| task.parent_id.is_some_and(|parent| !known.contains(&parent)));
    Ok(place.map(|place| (place, Problem::invalid("parent_id", "must be the id of a task that there is"))))
}
