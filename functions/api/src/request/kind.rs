use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use catalog::Spec;

use crate::App;
use crate::answer::problem::Problem;

/// The kind in a path: the contract of a kind that there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind(pub(crate) &'static Spec);

impl FromRequestParts<App> for Kind {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, app).await.ok();
        name.and_then(|name| catalog::find(&name.0))
            .map(Self)
            .ok_or_else(|| Problem::not_found("There is no task of this kind."))
    }
}
