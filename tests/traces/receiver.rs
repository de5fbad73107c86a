use std::sync::{Arc, Mutex, OnceLock};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use telemetry::Tracing;

/// A span as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) service: String,
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    /// `name=value`, sorted.
    pub(crate) attributes: Vec<String>,
    pub(crate) failed: bool,
}

/// An OTLP endpoint over HTTP.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    seen: Arc<Mutex<Vec<Seen>>>,
}

static RECEIVER: OnceLock<Receiver> = OnceLock::new();

impl Receiver {
    /// The process's own, which it sends its spans to.
    pub(crate) fn get() -> &'static Self {
        RECEIVER.get_or_init(|| {
            let receiver = Self::default();
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let endpoint = format!("http://{}/", listener.local_addr().unwrap());
            let routes = axum::Router::new().route("/v1/traces", post(take)).with_state(receiver.clone());
            // It outlives the runtime of the test that was first.
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                    axum::serve(listener, routes).await.unwrap();
                });
            });
            let headers = [("x-api-key".to_owned(), "key".to_owned())].into();
            telemetry::init_with(Some(Tracing { endpoint, headers, service: "all".into() }));
            receiver
        })
    }

    /// The spans of one trace that have arrived.
    pub(crate) fn of(&self, trace: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|span| span.trace == trace).cloned().collect()
    }
}

async fn take(state: axum::extract::State<Receiver>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    assert_eq!(headers["x-api-key"], "key");
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    for resource in request.resource_spans {
        let of_resource = resource.resource.unwrap().attributes;
        let service =
            of_resource.iter().map(text).find_map(|a| a.strip_prefix("service.name=").map(str::to_owned));
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let mut attributes: Vec<String> = span.attributes.iter().map(text).collect();
            attributes.sort();
            state.seen.lock().unwrap().push(Seen {
                service: service.clone().unwrap_or_default(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                name: span.name,
                attributes,
                failed: span.status.is_some_and(|status| status.code == 2),
            });
        }
    }
}

fn text(pair: &opentelemetry_proto::tonic::common::v1::KeyValue) -> String {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let value = match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::BoolValue(truth)) => truth.to_string(),
        other => format!("{other:?}"),
    };
    format!("{}={value}", pair.key)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
