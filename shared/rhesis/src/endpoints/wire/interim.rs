use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use tokio::sync::Notify;

use super::broken;
use crate::endpoints::{CallError, CallErrorKind};

/// The most interim answers (1xx) to one request. Servers send one or two, if any.
const MOST: usize = 100;

/// Sends a request; the response, unless too many interim answers come before it.
pub(in crate::endpoints) async fn bounded<B, R, E, F>(
    mut request: Request<B>,
    send: impl FnOnce(Request<B>) -> F,
) -> Result<R, CallError>
where
    F: Future<Output = Result<R, E>>,
    E: Error + 'static,
{
    let (many, seen) = (Arc::new(Notify::new()), AtomicUsize::new(0));
    let tell = many.clone();
    hyper::ext::on_informational(&mut request, move |_| {
        if seen.fetch_add(1, Ordering::Relaxed) == MOST {
            tell.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = many.notified() => {
            let why = format!("more than {MOST} interim answers (1xx) came before the response");
            Err(CallError::new(CallErrorKind::InvalidResponse, why))
        }
        response = send(request) => response.map_err(|error| broken::connection(&error)),
    }
}
