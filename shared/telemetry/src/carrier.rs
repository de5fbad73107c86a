use std::collections::HashMap;
use std::time::SystemTime;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use serde_json::{Map, Value};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::sender::tracer;

/// The W3C trace context of what runs now, `traceparent` and perhaps `tracestate`, for the headers of a task that it starts;
/// none unless spans are sent.
#[must_use]
pub fn carried() -> Option<Map<String, Value>> {
    tracer()?;
    let mut carrier: HashMap<String, String> = HashMap::new();
    TraceContextPropagator::new().inject_context(&Context::current(), &mut carrier);
    // An empty state says nothing.
    carrier.retain(|_, text| !text.is_empty());
    let carried: Map<String, Value> = carrier.into_iter().map(|(name, text)| (name, text.into())).collect();
    carried.contains_key("traceparent").then_some(carried)
}

/// Makes a span a child of the one that `header` tells of, by `traceparent` and `tracestate`. What cannot be read is left out:
/// the span then begins a trace of its own.
pub fn adopt<'a>(span: &Span, header: impl Fn(&str) -> Option<&'a str>) {
    if tracer().is_some() {
        // Fails only for a span that nobody listens to.
        let _ = span.set_parent(extracted(header));
    }
}

/// Sends a span that has ended just now, as a child of the one that `header` tells of.
pub fn past<'a>(
    name: &'static str,
    began: SystemTime,
    header: impl Fn(&str) -> Option<&'a str>,
    attributes: impl IntoIterator<Item = (&'static str, String)>,
) {
    let Some(tracer) = tracer() else { return };
    let attributes: Vec<KeyValue> =
        attributes.into_iter().map(|(name, text)| KeyValue::new(name, text)).collect();
    let builder = SpanBuilder::from_name(name)
        .with_kind(SpanKind::Consumer)
        .with_start_time(began)
        .with_attributes(attributes);
    tracer.build_with_context(builder, &extracted(header)).end();
}

/// Notes something about the innermost span that is sent. Never content.
pub fn note(name: &'static str, text: &str) {
    if tracer().is_some() {
        Context::current().span().set_attribute(KeyValue::new(name, text.to_owned()));
    }
}

/// Says that what the innermost span stands for failed; `kind` names the error, never its text.
pub fn failed(kind: &str) {
    if tracer().is_some() {
        Context::current().span().set_status(Status::error(kind.to_owned()));
        note("error.type", kind);
    }
}

fn extracted<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Context {
    let names = ["traceparent", "tracestate"];
    let found = names.into_iter().filter_map(|name| Some((name.to_owned(), header(name)?.to_owned())));
    let carrier: HashMap<String, String> = found.collect();
    // Not the current context: a task's parent is who started it, not who happens to run it.
    TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier)
}
