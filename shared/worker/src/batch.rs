use std::collections::BTreeMap;

use queue::Message;
use store::Asked;

/// What a batch of messages asks for, each task once: of several attempts the newest, because older ones are over.
pub(crate) fn asked<'a>(bodies: impl Iterator<Item = &'a str>) -> Vec<Asked> {
    let mut newest = BTreeMap::new();
    for body in bodies {
        match Message::parse(body) {
            Some(Message { task_id, attempt }) => {
                let known: &mut i32 = newest.entry(task_id).or_insert(attempt);
                *known = attempt.max(*known);
            }
            None => {
                tracing::warn!(bytes = body.len(), "message is not ours");
                metrics::counter!("messages_not_ours").increment(1);
            }
        }
    }
    newest.into_iter().map(|(task_id, attempt)| Asked { task_id, attempt }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_batch_asks_for_each_task_once_and_drops_rubbish() {
        let id = Uuid::now_v7();
        let bodies = [2, 3, 1].map(|attempt| Message { task_id: id, attempt }.body());
        let all = bodies.iter().map(String::as_str).chain(["rubbish", "{}"]);
        assert_eq!(asked(all), [Asked { task_id: id, attempt: 3 }]);
    }
}
