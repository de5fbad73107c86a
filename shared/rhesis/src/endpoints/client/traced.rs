use tracing::Instrument as _;
use tracing::field::{Empty, display};
use url::Url;

use crate::endpoints::{Answer, CallError, Endpoint};

/// Waits for a call's answer within a span of the attempt's trace: which host was asked and how it answered, never what was
/// said. The path is left out too: it may be a template.
pub(super) async fn call(
    endpoint: &Endpoint,
    answer: impl Future<Output = Result<Answer, CallError>>,
) -> Result<Answer, CallError> {
    let url = Url::parse(&endpoint.url).ok();
    let span = tracing::info_span!(
        target: "trace",
        "call",
        otel.name = endpoint.method,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = endpoint.method,
        server.address = url.as_ref().and_then(Url::host_str),
        server.port = url.as_ref().and_then(Url::port_or_known_default),
        http.response.status_code = Empty,
        error.type = Empty,
    );
    let outcome = answer.instrument(span.clone()).await;
    if let Err(error) = &outcome {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", display(error.kind.as_str()));
        if let Some(status) = error.status {
            span.record("http.response.status_code", status);
        }
    }
    outcome
}
