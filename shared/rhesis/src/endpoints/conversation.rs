//! When the answer of a WebSocket is complete, and what it is.

use serde_json::Value;

use super::http::MAX_EXCERPT;
use super::mapping::{DONE, Mappings, OUTPUT};
use super::rest::MAX_RESPONSE;
use super::{Answer, CallError, CallErrorKind, Endpoint, mapping};

/// What was heard so far.
///
/// With a mapping of `done` the answer is complete with the message that matches it, without one with the first that has an
/// `output`, and in either case when the server closes. The answer is the last message that has an `output`. Without any
/// mapping it is all that is sent until the server closes.
#[derive(Debug)]
pub(super) struct Conversation {
    mappings: Mappings,
    heard: String,
    bytes: usize,
    last: Option<Value>,
}

impl Conversation {
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self, CallError> {
        let mappings = Mappings::parse(&endpoint.mappings)?;
        Ok(Self { mappings, heard: String::new(), bytes: 0, last: None })
    }

    /// Takes a message in; the answer, if that completes it.
    pub(super) fn hear(&mut self, text: &str) -> Result<Option<Answer>, CallError> {
        self.bytes += text.len();
        if self.bytes > MAX_RESPONSE {
            let why = format!("the response is larger than {MAX_RESPONSE} bytes");
            return Err(CallError::new(CallErrorKind::ResponseTooLarge, why));
        }
        if self.mappings.is_empty() {
            self.heard.push_str(text);
            return Ok(None);
        }
        text.clone_into(&mut self.heard);
        // Greetings and the like need not be JSON.
        let Ok(message) = serde_json::from_str::<Value>(&self.heard) else { return Ok(None) };
        let done = self.mappings.says(DONE, &message);
        let has_output = self.mappings.says(OUTPUT, &message);
        if has_output {
            self.last = Some(message);
        }
        let complete = if self.mappings.has(DONE) { done } else { has_output };
        if complete { self.end().map(Some) } else { Ok(None) }
    }

    /// The answer, now that nothing more comes.
    pub(super) fn end(&self) -> Result<Answer, CallError> {
        if self.mappings.is_empty() && !self.heard.is_empty() {
            return mapping::map(&self.mappings, &self.heard).map(|body| Answer { body });
        }
        match &self.last {
            Some(message) => self.mappings.map(message).map(|body| Answer { body }),
            None => {
                let why = match self.mappings.is_empty() {
                    true => "the connection was closed without a message",
                    false => "endpoint.response_mappings.output matches nothing in any message",
                };
                let mut error = CallError::new(CallErrorKind::InvalidResponse, why.to_owned());
                error.response = Some(self.heard.chars().take(MAX_EXCERPT).collect());
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conversation(mappings: Value) -> Conversation {
        let mut endpoint = Endpoint::input_output("ws://a");
        endpoint.mappings = mappings.as_object().unwrap().clone();
        Conversation::new(&endpoint).unwrap()
    }

    #[test]
    fn the_first_message_with_an_output_is_the_answer() {
        let mut talk = conversation(json!({"output": "$.text"}));
        assert_eq!(talk.hear("welcome").unwrap(), None);
        assert_eq!(talk.hear(r#"{"status": "thinking"}"#).unwrap(), None);
        assert_eq!(talk.hear(r#"{"text": "hi"}"#).unwrap().unwrap().body, json!({"output": "hi"}));
    }

    #[test]
    fn with_done_the_last_message_with_an_output_is_the_answer() {
        let mut talk = conversation(json!({"output": "$.text", "done": "$.final"}));
        assert_eq!(talk.hear(r#"{"text": "h"}"#).unwrap(), None);
        assert_eq!(talk.hear(r#"{"text": "hi", "final": false}"#).unwrap(), None);
        assert_eq!(talk.hear(r#"{"final": true}"#).unwrap().unwrap().body, json!({"output": "hi"}));
    }

    #[test]
    fn without_mappings_everything_until_the_end_is_the_answer() {
        let mut talk = conversation(json!({}));
        assert_eq!((talk.hear("a ").unwrap(), talk.hear("b").unwrap()), (None, None));
        assert_eq!(talk.end().unwrap().body, json!("a b"));
    }

    #[test]
    fn an_end_without_an_answer_is_an_error() {
        assert_eq!(conversation(json!({})).end().unwrap_err().kind, CallErrorKind::InvalidResponse);
        let mut talk = conversation(json!({"output": "$.text"}));
        talk.hear(r#"{"answer": "hi"}"#).unwrap();
        assert!(talk.end().unwrap_err().to_string().contains("response_mappings.output"));
    }

    #[test]
    fn all_messages_together_are_limited() {
        let mut talk = conversation(json!({"output": "$.text"}));
        let megabyte = "x".repeat(1 << 20);
        assert!(talk.hear(&megabyte).is_ok() && talk.hear(&megabyte).is_ok());
        assert_eq!(talk.hear("x").unwrap_err().kind, CallErrorKind::ResponseTooLarge);
    }
}
