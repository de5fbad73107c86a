//! One request over HTTP, and its response.

use crate::endpoints::request::{build, prepare_apart, redacted};
use crate::endpoints::response::{MAX_EXCERPT, MAX_RESPONSE, Mappings, map};
use crate::endpoints::secrets::Opened;
use crate::endpoints::wire::Deadline;
use crate::endpoints::{Answer, CallError, Client, Endpoint};
use crate::programs::apart_with;

pub(super) async fn ask(
    client: &Client,
    endpoint: &Endpoint,
    prompt: &str,
    opened: &Opened,
    deadline: Deadline,
) -> Result<Answer, CallError> {
    let mappings = Mappings::parse(&endpoint.mappings)?;
    let prepared = prepare_apart(endpoint, client.guard(), prompt, opened).await?;
    let way = prepared.way;
    let mut request = build(&endpoint.method, prepared)?;
    *request.timeout_mut() = Some(deadline.left());
    let shown = redacted(&endpoint.method, request.url(), request.headers(), opened);
    let told = |mut error: CallError| {
        error.request = shown.clone();
        error
    };
    let answered = client.http.exchange(way, request, MAX_RESPONSE).await.map_err(told)?;
    let body = answered.text().map_err(told)?;
    let mapped = apart_with(mappings.memory(&body), move || {
        map(&mappings, &body).map_err(|mut error| {
            error.response = Some(body.chars().take(MAX_EXCERPT).collect());
            error
        })
    });
    let mapped = mapped
        .await
        .unwrap_or_else(|broken| Err(CallError::invalid("response_mappings", &broken.to_string())));
    mapped.map(|body| Answer { body }).map_err(told)
}
