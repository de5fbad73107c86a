use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The body of a message: no arguments, no authority, no size limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which task.
    pub task_id: Uuid,
    /// Which attempt it may start.
    pub attempt: i32,
}

impl Message {
    /// The message as JSON.
    #[must_use]
    pub fn body(self) -> String {
        format!(r#"{{"task_id":"{}","attempt":{}}}"#, self.task_id, self.attempt)
    }

    /// A body as it was received; none if it is not ours.
    #[must_use]
    pub fn parse(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_and_rubbish_is_none() {
        let message = Message { task_id: Uuid::now_v7(), attempt: 7 };
        assert_eq!(Message::parse(&message.body()), Some(message));
        for rubbish in ["", "{}", "null", "[1]", r#"{"task_id":"x","attempt":1}"#, "\u{0}"] {
            assert_eq!(Message::parse(rubbish), None, "{rubbish}");
        }
    }
}
