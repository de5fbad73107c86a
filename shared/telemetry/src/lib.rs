//! What a function says about itself: log lines, counters, and spans.
//!
//! Lines are JSON objects on standard output, which Lambda hands to CloudWatch. Stable field names: `request_id`, `task_id`,
//! `attempt`, `kind`, `organization_id`. Never a prompt, an answer or a secret. Spans go to an OTLP endpoint, if there is one.

mod carrier;
mod http;
mod metrics;
mod sender;
mod spans;

pub use carrier::{adopt, carried, failed, note, past};
pub use metrics::flush;
pub use sender::send_spans;
pub use spans::Tracing;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

/// Starts logging, at the level that `LOG_LEVEL` names: error, warn, info (default), debug or trace; and tracing, if
/// `OTEL_EXPORTER_OTLP_ENDPOINT` names where spans are sent.
pub fn init() {
    init_with(Tracing::from_settings());
}

/// Starts logging, and tracing to the given place.
pub fn init_with(tracing: Option<Tracing>) {
    metrics::init();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_filter(filter());
    let spans = tracing.and_then(spans::layer);
    // A second call, as tests make it, changes nothing.
    let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
}

/// Only our own crates follow `LOG_LEVEL` below `info`: a debug log must not fill with other people's connections.
fn filter() -> EnvFilter {
    let (ours, others) = match settings::LOG_LEVEL.get().as_deref() {
        Some("error") => ("error", "error"),
        Some("warn") => ("warn", "warn"),
        Some("debug") => ("debug", "info"),
        Some("trace") => ("trace", "info"),
        _ => ("info", "warn"),
    };
    let mut filter = EnvFilter::new(others);
    for room in ["api", "catalog", "migrate", "queue", "relay", "rhesis", "store", "telemetry", "worker"] {
        if let Ok(directive) = format!("{room}={ours}").parse() {
            filter = filter.add_directive(directive);
        }
    }
    // Spans that are sent are not the spans of log lines.
    match format!("{}=off", spans::TARGET).parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    }
}
