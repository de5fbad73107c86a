use serde_json::Value;

use super::id::task_id;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit};
use crate::output::complain;

/// Asks something of several tasks, one after the other. Which they are is found out before the first is touched; one that it cannot be
/// asked of is told and keeps no other from it.
pub(super) async fn each(
    mut desk: Desk,
    words: &[String],
    ask: impl Fn(uuid::Uuid) -> Ask,
    becomes: &str,
) -> Ended {
    let mut ids = Vec::new();
    for word in words {
        let id = task_id(&desk.api, word).await?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut exit = Exit::Done;
    for id in ids {
        let answer: Value = match desk.api.object(ask(id), "task_id").await {
            Ok(answer) => answer,
            Err(failure) if matches!(failure.exit, Exit::Failed | Exit::NotFound) => {
                complain(&format!("{id}: {}", failure.sentence));
                exit = failure.exit;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        desk.out.answer(&answer, &format!("{id} {becomes}"))?;
    }
    Ok(exit)
}
