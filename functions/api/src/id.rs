use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::App;
use crate::problem::Problem;

/// The id in a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        text.and_then(|text| Uuid::parse_str(&text.0).ok())
            .map(Self)
            .ok_or_else(|| Problem::invalid("id", "must be a UUID, as 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"))
    }
}
