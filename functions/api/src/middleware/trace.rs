use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use store::NewTask;

use crate::App;

/// The longest `tracestate` that is passed on, in bytes: what the standard asks of everybody.
const LONGEST_STATE: usize = 512;

/// The caller's W3C trace context, which travels with every task that the request starts.
#[derive(Debug, Clone)]
pub(crate) struct Trace(Map<String, Value>);

impl FromRequestParts<App> for Trace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        // This request's own span continues the caller's trace: what it starts is its child.
        Ok(Self(telemetry::carried().unwrap_or_else(|| read(&parts.headers))))
    }
}

impl Trace {
    /// Gives the context to the task; what its own headers say stands.
    pub(crate) fn give(&self, task: &mut NewTask) {
        if self.0.is_empty() {
            return;
        }
        let mut headers = self.0.clone();
        match task.headers.take() {
            Some(Value::Object(own)) if own.contains_key("traceparent") => headers = own,
            Some(Value::Object(own)) => headers.extend(own),
            _ => {}
        }
        task.headers = Some(Value::Object(headers));
    }
}

/// A header that was sent once.
pub(crate) fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

/// What cannot be read is left out, as the standard asks: a trace is no reason to refuse a request.
fn read(headers: &HeaderMap) -> Map<String, Value> {
    let mut read = Map::new();
    if let Some(parent) = one(headers, "traceparent").filter(|parent| is_parent(parent)) {
        read.insert("traceparent".into(), parent.into());
        if let Some(state) =
            one(headers, "tracestate").filter(|state| (1..=LONGEST_STATE).contains(&state.len()))
        {
            read.insert("tracestate".into(), state.into());
        }
    }
    read
}

/// `00-<32 digits>-<16 digits>-<2 digits>`, lowercase hexadecimal; a later version may have more behind.
fn is_parent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let [version, trace, span, flags, rest @ ..] = &parts[..] else {
        return false;
    };
    text.len() <= LONGEST_STATE
        && digits(version, 2)
        && *version != "ff"
        && (*version != "00" || rest.is_empty())
        && digits(trace, 32)
        && trace.bytes().any(|byte| byte != b'0')
        && digits(span, 16)
        && span.bytes().any(|byte| byte != b'0')
        && digits(flags, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_parent_is_read_as_the_standard_has_it() {
        assert!(is_parent(PARENT));
        assert!(is_parent(&format!("{}-later", PARENT.replacen("00", "01", 1))));
        for bad in [
            "",
            "00",
            &PARENT.to_uppercase(),
            &PARENT.replacen("00", "ff", 1),
            &format!("{PARENT}-more"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            assert!(!is_parent(bad), "{bad}");
        }
    }

    #[test]
    fn what_the_task_carries_by_itself_stands() {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", PARENT.parse().unwrap());
        headers.insert("tracestate", "a=1".parse().unwrap());
        let trace = Trace(read(&headers));
        let given = |headers: Value| {
            let mut task = NewTask { headers: Some(headers), ..NewTask::default() };
            trace.give(&mut task);
            task.headers.unwrap()
        };
        let ours = serde_json::json!({ "traceparent": PARENT, "tracestate": "a=1", "x": "y" });
        assert_eq!(given(serde_json::json!({ "x": "y" })), ours);
        let theirs = serde_json::json!({ "traceparent": "00-theirs" });
        assert_eq!(given(theirs.clone()), theirs);
    }
}
