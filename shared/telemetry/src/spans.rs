use std::collections::HashMap;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, SpanExporter as _};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::http;
use crate::sender::{Keeper, Sender, install};

/// The target of the spans that are sent: `tracing::info_span!(target: "trace", …)`. All others are for log lines.
pub(crate) const TARGET: &str = "trace";

/// Where spans are sent.
#[derive(Clone)]
pub struct Tracing {
    /// The OTLP/HTTP endpoint, without `/v1/traces`.
    pub endpoint: String,
    /// What is sent along: an access key, say.
    pub headers: HashMap<String, String>,
    /// The name of this function, `service.name`.
    pub service: String,
}

impl Tracing {
    /// As `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_EXPORTER_OTLP_HEADERS` say; none if there is no endpoint.
    #[must_use]
    pub fn from_settings() -> Option<Self> {
        let endpoint = settings::OTEL_EXPORTER_OTLP_ENDPOINT.get()?;
        let headers = pairs(&settings::OTEL_EXPORTER_OTLP_HEADERS.get().unwrap_or_default());
        let service = settings::function().unwrap_or("tasks").to_owned();
        Some(Self { endpoint, headers, service })
    }
}

/// The layer that turns spans into what is sent. None if the endpoint is no URL, which is said: spans are no reason not to
/// work.
pub(crate) fn layer<S>(tracing: Tracing) -> Option<impl Layer<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let service = tracing.service.clone();
    let mut exporter = match exporter(tracing) {
        Ok(exporter) => exporter,
        Err(error) => {
            eprintln!("OTEL_EXPORTER_OTLP_ENDPOINT: no spans are sent: {error}");
            return None;
        }
    };
    let resource = Resource::builder_empty().with_service_name(service).build();
    exporter.set_resource(&resource);
    let keeper = Keeper::default();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        // Whoever asks decides whether the request is traced; who does not ask is.
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
        .with_span_processor(keeper.clone())
        .build();
    let tracer = provider.tracer("tasks");
    install(Sender::new(exporter, keeper, tracer.clone()));
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    Some(layer.with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET)))
}

pub(crate) fn exporter(tracing: Tracing) -> Result<SpanExporter, ExporterBuildError> {
    SpanExporter::builder()
        .with_http()
        .with_http_client(http::client())
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", tracing.endpoint.trim_end_matches('/')))
        .with_headers(tracing.headers)
        .build()
}

/// `name=value`, comma separated.
fn pairs(text: &str) -> HashMap<String, String> {
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (name.trim().into(), value.trim().into()));
    text.split(',').filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_pairs_and_a_value_may_hold_an_equals_sign() {
        let read = pairs("x-api-key=abc==, x-team = rhesis,,rubbish");
        assert_eq!(read.len(), 2);
        assert_eq!((read["x-api-key"].as_str(), read["x-team"].as_str()), ("abc==", "rhesis"));
    }
}
