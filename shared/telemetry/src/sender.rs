use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use opentelemetry::Context;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, Span, SpanData, SpanExporter as _, SpanProcessor};

/// How long an invocation may wait for its spans to be taken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// How long nothing is sent to an endpoint that did not take spans: it must not slow down every invocation.
const SILENCE: Duration = Duration::from_secs(60);

/// The most spans that are kept for one sending; the oldest stay, because they are the roots.
const MOST: usize = 2048;

static SENDER: OnceLock<Sender> = OnceLock::new();

/// Keeps ended spans until the invocation ends. No thread and no timer sends them: Lambda freezes both.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keeper(Arc<Mutex<Vec<SpanData>>>);

/// Sends what was kept.
#[derive(Debug)]
pub(crate) struct Sender {
    exporter: SpanExporter,
    keeper: Keeper,
    silent_until: Mutex<SystemTime>,
    pub(crate) tracer: SdkTracer,
}

impl Sender {
    pub(crate) fn new(exporter: SpanExporter, keeper: Keeper, tracer: SdkTracer) -> Self {
        Self { exporter, keeper, silent_until: Mutex::new(SystemTime::UNIX_EPOCH), tracer }
    }

    async fn send(&self) {
        let spans = std::mem::take(&mut *self.keeper.0.lock().unwrap_or_else(PoisonError::into_inner));
        let silent_until = *self.silent_until.lock().unwrap_or_else(PoisonError::into_inner);
        if spans.is_empty() || SystemTime::now() < silent_until {
            return;
        }
        let number = spans.len();
        let sent = tokio::time::timeout(PATIENCE, self.twice(spans)).await;
        let problem = match sent {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("not within {} s", PATIENCE.as_secs()),
        };
        tracing::warn!(spans = number, error = problem, "spans not sent");
        *self.silent_until.lock().unwrap_or_else(PoisonError::into_inner) = SystemTime::now() + SILENCE;
    }

    /// Again, because the connection may have died while the function was frozen.
    async fn twice(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        match self.exporter.export(spans.clone()).await {
            Ok(()) => Ok(()),
            Err(_) => self.exporter.export(spans).await,
        }
    }
}

/// Sends the spans that have ended, at the end of each invocation, because afterwards the process is frozen. Takes a second
/// at most, and never fails: a dead collector costs its spans.
pub async fn send_spans() {
    if let Some(sender) = SENDER.get() {
        sender.send().await;
    }
}

/// Makes it the process's; a second call, as tests make it, changes nothing.
pub(crate) fn install(sender: Sender) {
    let _ = SENDER.set(sender);
}

/// What spans are made with; none unless they are sent.
pub(crate) fn tracer() -> Option<&'static SdkTracer> {
    SENDER.get().map(|sender| &sender.tracer)
}

impl SpanProcessor for Keeper {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST {
            kept.push(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Instant;

    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;
    use crate::spans::{Tracing, exporter};

    #[tokio::test]
    async fn an_endpoint_that_does_not_answer_costs_a_second_and_then_nothing_for_a_while() {
        // Taken by the system, answered by nobody.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let exporter = exporter(Tracing { endpoint, headers: HashMap::new(), service: "t".into() }).unwrap();
        let keeper = Keeper::default();
        let provider = SdkTracerProvider::builder().with_span_processor(keeper.clone()).build();
        let tracer = provider.tracer("t");
        let sender = Sender::new(exporter, keeper.clone(), tracer.clone());

        for (least, most) in [(900, 1500), (0, 100)] {
            tracer.start("work").end();
            let began = Instant::now();
            sender.send().await;
            let took = began.elapsed().as_millis();
            assert!((least..most).contains(&took), "{took} ms");
            assert!(keeper.0.lock().unwrap().is_empty());
        }
    }
}
