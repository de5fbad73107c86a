//! The console: pages for people, under `/console`.
//!
//! Every page is made of answers of the JSON routes, asked in this process on behalf of whoever is signed in: what a page shows or does,
//! a program can, and no rule is there twice. Pages work without script; the script follows what runs.

mod ask;
mod assets;
mod diff;
mod form;
mod id;
mod pages;
mod refusal;
mod session;
mod view;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Response, header};
use axum::middleware::{from_fn, map_response};
use axum::routing::get;
use tower::ServiceExt as _;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::App;
use crate::answer::problem::Problem;
use crate::app::json;
use crate::middleware::log;
use crate::request::body::BULK_LIMIT;

/// What every page may use.
#[derive(Clone)]
pub(crate) struct Console {
    app: App,
    /// The JSON routes.
    routes: Router,
    /// The name of the cookie: two stacks on one machine do not sign each other out.
    cookie: Arc<str>,
}

/// What pages may do: load what is ours, and nothing else; no script or style within a page, no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `/console` and everything below it. It is made when somebody first asks for a page: a start has no time for it.
#[derive(Clone)]
pub(crate) struct Pages {
    app: App,
    router: Arc<OnceLock<Router>>,
}

impl Pages {
    pub(crate) fn of(app: App) -> Self {
        Self { app, router: Arc::default() }
    }

    /// Whether an address is one of theirs.
    pub(crate) fn have(path: &str) -> bool {
        path.strip_prefix("/console").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(crate) async fn answer(&self, request: Request) -> Response<Body> {
        let router = self.router.get_or_init(|| router(self.app.clone())).clone();
        router.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

/// The pages, over the JSON routes.
fn router(app: App) -> Router {
    let cookie = session::cookie::name().into();
    let console = Console { routes: json(app.clone()), app, cookie };
    Router::new()
        .route("/console", get(|| async { refusal::see_other("console/overview") }))
        .route("/console/", get(|| async { refusal::see_other("overview") }))
        // Where a gateway has taken a slash from the end, `/console/` is led here.
        .route("/console/console/overview", get(|| async { refusal::see_other("../overview") }))
        .merge(session::router())
        .merge(pages::router())
        .layer(DefaultBodyLimit::max(BULK_LIMIT))
        .merge(assets::router())
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(from_fn(refusal::in_time))
        .layer(from_fn(refusal::shown))
        .layer(map_response(guarded))
        .layer(packed())
        .layer(from_fn(log::route))
        .with_state(console)
}

/// Pages and assets are sent as gzip where the browser takes it: a seventh of a processor has time for its fastest level only.
///
/// What is secret on a page, the token of its forms, stands beside what an address may say; to guess the one by the length of the page
/// another site would have to make a signed-in browser ask for it, which the strict cookie does not let it.
fn packed() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(1_024))
}

async fn guarded<B>(mut answer: Response<B>) -> Response<B> {
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    answer
}
