//! Logging: one JSON object a line on standard output, which Lambda hands to CloudWatch.
//!
//! Stable field names: `request_id`, `task_id`, `attempt`, `kind`, `organization_id`. Never a prompt, an answer or a secret.

mod metrics;

pub use metrics::flush;
use tracing_subscriber::EnvFilter;

/// Starts logging, at the level that `LOG_LEVEL` names: error, warn, info (default), debug or trace.
///
/// Only our own crates follow it below `info`: a debug log must not fill with other people's connections.
pub fn init() {
    metrics::init();
    let level = settings::LOG_LEVEL.get().unwrap_or_default().to_lowercase();
    let (ours, others) = match level.as_str() {
        "error" => ("error", "error"),
        "warn" => ("warn", "warn"),
        "debug" => ("debug", "info"),
        "trace" => ("trace", "info"),
        _ => ("info", "warn"),
    };
    let mut filter = EnvFilter::new(others);
    for room in ["api", "catalog", "migrate", "queue", "relay", "rhesis", "store", "telemetry", "worker"] {
        if let Ok(directive) = format!("{room}={ours}").parse() {
            filter = filter.add_directive(directive);
        }
    }
    // A second call, as tests make it, changes nothing.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .try_init();
}
