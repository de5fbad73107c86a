//! When the answer of a WebSocket is complete, and what it is.

use serde_json::Value;
use serde_json::value::RawValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::closing;
use crate::endpoints::response::{
    DONE, MAX_EXCERPT, MAX_RESPONSE, Mappings, OUTPUT, map, parse, without_mark,
};
use crate::endpoints::{Answer, CallError, CallErrorKind, Endpoint};
use crate::programs::Allowance;

/// What was heard so far.
///
/// With a mapping of `done` the answer is complete with the message that matches it, and with nothing else; without one with the
/// first that has an `output`. It is the last message that has an `output`. Without any mapping it is all that is sent until the
/// server closes, with a code that says that this was all.
#[derive(Debug)]
pub(super) struct Conversation {
    mappings: Mappings,
    /// What the mappings may cost on all messages together.
    allowance: Allowance,
    /// All of it without mappings, else the beginning of the last message.
    heard: String,
    bytes: usize,
    last: Option<Value>,
}

impl Conversation {
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self, CallError> {
        let mappings = Mappings::parse(&endpoint.mappings)?;
        Ok(Self { mappings, allowance: Allowance::default(), heard: String::new(), bytes: 0, last: None })
    }

    /// What it takes in memory to take a message in, in bytes, beside its text and what is kept of it.
    pub(super) fn memory(&self, text: &str) -> u64 {
        self.mappings.memory(text)
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
        self.heard = excerpt(text);
        // Greetings and the like need not be JSON.
        let Ok(message) = parse(without_mark(text)) else {
            return Ok(None);
        };
        let ends = |value: &RawValue| !matches!(value.get(), "null" | "false");
        let message = self.allowance.search(message);
        let done = self.mappings.first(DONE, &message)?.is_some_and(ends);
        // A null is no output yet; it is the answer if nothing better comes, as it is in a response over HTTP.
        let output = self.mappings.first(OUTPUT, &message)?;
        let has_output = output.is_some_and(|output| output.get() != "null");
        if has_output || (output.is_some() && self.last.is_none()) {
            self.last = None;
            message.allowance().forget();
            self.last = Some(self.mappings.map(&message)?);
        }
        let complete = if self.mappings.has(DONE) { done } else { has_output };
        if complete { self.end().map(Some) } else { Ok(None) }
    }

    /// The answer, now that the server has closed; if it said that this was all, and there was no other way to say so. `unfinished`:
    /// it did so within a message.
    pub(super) fn closed(&self, frame: Option<CloseFrame>, unfinished: bool) -> Result<Answer, CallError> {
        if let Some(frame) = frame.filter(|frame| !closing::is_clean(Some(frame))) {
            return Err(closing::unclean(&frame, excerpt(&self.heard)));
        }
        if unfinished {
            return Err(closing::within_message(excerpt(&self.heard)));
        }
        if self.mappings.has(DONE) {
            let why = "the connection was closed before endpoint.response_mappings.done matched in a message";
            return Err(self.useless(why));
        }
        self.end()
    }

    fn end(&self) -> Result<Answer, CallError> {
        if self.mappings.is_empty() && !self.heard.is_empty() {
            return map(&self.mappings, &self.heard).map(|body| Answer { body });
        }
        let why = match self.mappings.is_empty() {
            true => "the connection was closed without a message",
            false => "endpoint.response_mappings.output matches nothing in any message",
        };
        let body = self.last.clone().ok_or_else(|| self.useless(why))?;
        Ok(Answer { body })
    }

    fn useless(&self, why: &str) -> CallError {
        let response = Some(excerpt(&self.heard));
        CallError { response, ..CallError::new(CallErrorKind::InvalidResponse, why.to_owned()) }
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(MAX_EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

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

    fn close(code: u16, reason: &str) -> Option<CloseFrame> {
        Some(CloseFrame { code: CloseCode::from(code), reason: reason.to_owned().into() })
    }

    #[test]
    fn what_is_no_text_is_an_output_as_it_is_in_a_response_and_a_null_is_none() {
        for (said, output) in
            [("false", json!("false")), ("0", json!("0")), ("\"\"", json!("")), ("[]", json!("[]"))]
        {
            let mut talk = conversation(json!({"output": "$.text"}));
            assert_eq!(talk.hear(r#"{"text": null}"#).unwrap(), None);
            let answer = talk.hear(&format!(r#"{{"text": {said}}}"#)).unwrap().unwrap();
            assert_eq!(answer.body, json!({"output": output}));
        }
        let mut talk = conversation(json!({"output": "$.text"}));
        talk.hear(r#"{"text": null}"#).unwrap();
        assert_eq!(talk.closed(None, false).unwrap().body, json!({"output": null}));
    }

    #[test]
    fn only_a_clean_closing_is_an_end() {
        let halves = || {
            let mut talk = conversation(json!({}));
            talk.hear("half an ans").unwrap();
            talk
        };
        for clean in [None, close(1000, ""), close(1000, "bye")] {
            assert_eq!(halves().closed(clean, false).unwrap().body, json!("half an ans"));
        }
        for code in [1001, 1002, 1011, 1012, 1013, 1014, 3000, 4000, 4999] {
            let error = halves().closed(close(code, "because"), false).unwrap_err();
            assert!(error.is_transient(), "{code}");
            assert!(error.reason.contains(&format!("code {code}")) && !error.reason.contains("because"));
            assert_eq!(error.response.as_deref(), Some("because"));
        }
        for code in [1003, 1007, 1008, 1009, 1010] {
            let error = halves().closed(close(code, ""), false).unwrap_err();
            assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false), "{code}");
            assert_eq!(error.response.as_deref(), Some("half an ans"));
        }
    }

    #[test]
    fn where_done_is_mapped_no_closing_is_an_end() {
        for frame in [None, close(1000, "")] {
            let mut talk = conversation(json!({"output": "$.text", "done": "$.final"}));
            talk.hear(r#"{"text": "hi", "final": false}"#).unwrap();
            let error = talk.closed(frame, false).unwrap_err();
            assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false));
            assert!(error.reason.contains("response_mappings.done"), "{error}");
        }
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
