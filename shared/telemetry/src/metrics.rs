use std::sync::OnceLock;

use metrics_cloudwatch_embedded::{Builder, Collector};

static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

/// Collects counters in this process. Few dimensions, because CloudWatch bills each combination: kind and outcome only.
pub(crate) fn init() {
    let namespace = settings::METRICS_NAMESPACE.get().unwrap_or_else(|| "Rhesis/Tasks".into());
    // A second call, as tests make it, or a recorder of the test's own, changes nothing.
    if let Ok(collector) = Builder::new().cloudwatch_namespace(namespace).init() {
        let _ = COLLECTOR.set(collector);
    }
}

/// Writes what was counted since the last call to standard output, in CloudWatch's embedded metric format: at the end of
/// each invocation, because afterwards the process is frozen.
pub fn flush() {
    if let Some(collector) = COLLECTOR.get() {
        let _ = collector.flush(std::io::stdout());
    }
}
