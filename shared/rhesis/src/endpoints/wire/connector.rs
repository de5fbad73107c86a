use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tower::Service;
use url::Url;

use super::{MAX_WIRE, Meter, Stream, connect};
use crate::endpoints::guard::{Guard, Way};

/// How a pool of connections makes new ones: where the guard lets it.
#[derive(Debug, Clone)]
pub(in crate::endpoints) struct Connector {
    pub(in crate::endpoints) guard: Guard,
    pub(in crate::endpoints) tls: Arc<ClientConfig>,
    pub(in crate::endpoints) way: Way,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Meter<Stream>>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { guard, tls, way } = self.clone();
        Box::pin(async move {
            let stream = connect(&guard, &tls, way, &Url::parse(&uri.to_string())?).await?;
            Ok(TokioIo::new(Meter::per_request(stream, MAX_WIRE)))
        })
    }
}
