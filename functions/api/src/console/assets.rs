use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};

use super::Console;
use super::refusal::Refusal;

pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("console.css", "text/css; charset=utf-8", include_str!("assets/console.css"))
});
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("console.js", "text/javascript; charset=utf-8", include_str!("assets/console.js"))
});
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")));

/// A file that pages load. Its address has a hash of its content: a browser keeps it for ever, and never one that has changed.
pub(super) struct Asset {
    content_type: &'static str,
    content: &'static str,
    hash: String,
    address: String,
}

impl Asset {
    fn new(name: &str, content_type: &'static str, content: &'static str) -> Self {
        let hash: String = Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { content_type, content, address: format!("assets/{hash}/{name}"), hash }
    }

    /// Where it is, behind `/console/`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

/// `/console/assets/…`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/assets/{hash}/{name}", get(asset))
}

async fn asset(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Refusal> {
    let asked = format!("assets/{hash}/{name}");
    let asset = [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.address == asked);
    let asset = asset.ok_or_else(Refusal::not_found)?;
    // Weak: as gzip it has other bytes.
    let tag = format!("W/\"{}\"", asset.hash);
    let kept = [
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::ETAG, HeaderValue::try_from(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
    ];
    if headers.get_all(header::IF_NONE_MATCH).iter().any(|known| knows(known, &asset.hash)) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, asset.content).into_response())
}

/// Whether a browser says that it has this content: by its tag among others, or by `*`.
fn knows(said: &HeaderValue, hash: &str) -> bool {
    let tags = said.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.into_iter().any(|tag| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == hash)
}
