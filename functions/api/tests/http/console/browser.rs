use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::world::{Api, Client};

/// A browser that keeps one cookie.
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookie: Option<String>,
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new(api: &Api) -> Self {
        Self { router: api.router.clone(), cookie: None }
    }

    /// One in which the client has signed in by its token.
    pub(crate) async fn signed_in(api: &Api, client: &Client) -> Self {
        let mut browser = Self::new(api);
        let page = browser.post("/console/sign-in", &[("token", &client.token)]).await;
        assert_eq!(page.status, 303, "{page:?}");
        browser
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).header("sec-fetch-site", "same-origin"), Body::empty()).await
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Sends a form of a page of this session.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get("/console/tokens").await.csrf();
        let fields: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    pub(crate) async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let request = request.body(body).unwrap();
        let is_asset = request.uri().path().contains("/assets/");
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        assert_eq!(head.headers["x-content-type-options"], "nosniff", "whatever the answer is");
        assert!(is_asset || head.headers["cache-control"] == "no-store", "whatever the answer is: {head:?}");
        if let Some(cookie) = head.headers.get("set-cookie") {
            self.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Page { status: head.status, headers: head.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

impl Page {
    /// What the forms of the page carry.
    #[track_caller]
    pub(crate) fn csrf(&self) -> String {
        let (_, rest) = self.text.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{self:?}"));
        rest.split('"').next().unwrap().to_owned()
    }

    /// Where the page leads to.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        let location = self.headers["location"].to_str().unwrap();
        assert!(
            !location.starts_with('/') && !location.contains("://"),
            "holds behind any prefix: {location}"
        );
        location
    }
}
