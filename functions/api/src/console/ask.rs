use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Extensions, HeaderMap, Method, Request, StatusCode, header};
use lambda_http::Context;
use serde_json::Value;
use tower::ServiceExt as _;

use super::Console;
use super::refusal::Refusal;
use crate::request::caller::Caller;

/// The longest answer of a route, in bytes: what Lambda lets through.
const LONGEST: usize = 6 << 20;

/// The JSON routes, on behalf of whoever is signed in.
#[derive(Clone)]
pub(super) struct Ask {
    console: Console,
    /// Who asks, and the invocation: until when there must be an answer.
    extensions: Extensions,
}

/// What a route answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The body; null if there is none or it is no JSON.
    pub(super) body: Value,
    /// The query of the next page of a list.
    pub(super) next: Option<String>,
}

impl Ask {
    /// `of` is what the request for the page brought along; what axum has put there of its route is the page's own.
    pub(super) fn new(console: &Console, of: &Extensions, caller: Caller) -> Self {
        let mut extensions = Extensions::new();
        extensions.insert(caller);
        if let Some(context) = of.get::<Context>() {
            extensions.insert(context.clone());
        }
        Self { console: console.clone(), extensions }
    }

    /// Reads something.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Refusal> {
        self.send(Method::GET, path, None).await
    }

    /// Reads a page of a list that would else be counted.
    pub(super) async fn list(&self, path: &str) -> Result<Answer, Refusal> {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.get(&format!("{path}{joint}count=false")).await
    }

    /// Reads a list, or something else of which only the body matters.
    pub(super) async fn body(&self, path: &str) -> Result<Value, Refusal> {
        Ok(self.get(path).await?.body)
    }

    /// Reads something that may not be there any more.
    pub(super) async fn find(&self, path: &str) -> Result<Option<Value>, Refusal> {
        match self.get(path).await {
            Ok(answer) => Ok(Some(answer.body)),
            Err(refusal) if refusal.status == StatusCode::NOT_FOUND => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Does something.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Refusal> {
        let json = body.map(|body| ("application/json", body.to_string().into()));
        self.send_text(method, path, json).await
    }

    /// Reads a file; and whether there is more of it.
    pub(super) async fn file(&self, path: &str) -> Result<(Bytes, bool), Refusal> {
        let (headers, bytes) = self.call(Method::GET, path, None).await?;
        Ok((bytes, headers.contains_key(header::LINK)))
    }

    /// Does something with a body of another type.
    pub(super) async fn send_text(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<Answer, Refusal> {
        let (headers, bytes) = self.call(method, path, body).await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let link = headers.get(header::LINK).and_then(|link| link.to_str().ok());
        let next =
            link.and_then(|link| link.strip_prefix('<')?.split_once('>')).map(|(query, _)| query.to_owned());
        Ok(Answer { body, next })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<(HeaderMap, Bytes), Refusal> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some((content_type, _)) = &body {
            request = request.header(header::CONTENT_TYPE, *content_type);
        }
        let body = body.map_or_else(Body::empty, |(_, bytes)| bytes.into());
        // What is put into a path is encoded; what cannot be an address is nothing's.
        let mut request = request.body(body).map_err(|_| Refusal::not_found())?;
        *request.extensions_mut() = self.extensions.clone();
        let answer = match self.console.routes.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (head, body) = answer.into_parts();
        let bytes = to_bytes(body, LONGEST).await.map_err(|_| Refusal::internal())?;
        if head.status.is_success() {
            Ok((head.headers, bytes))
        } else {
            let problem = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            Err(Refusal::of_problem(head.status, &problem))
        }
    }
}
