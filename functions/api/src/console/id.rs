use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

use super::Console;
use super::refusal::Refusal;

/// The id in a page's address; what is none leads nowhere.
pub(super) struct Id(pub(super) Uuid);

impl FromRequestParts<Console> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        let id = Path::<Uuid>::from_request_parts(parts, console).await;
        id.map(|id| Self(id.0)).map_err(|_| Refusal::not_found())
    }
}

/// The two ids in a page's address.
pub(super) struct Ids(pub(super) Uuid, pub(super) Uuid);

impl FromRequestParts<Console> for Ids {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Refusal> {
        let ids = Path::<(Uuid, Uuid)>::from_request_parts(parts, console).await;
        ids.map(|Path((one, other))| Self(one, other)).map_err(|_| Refusal::not_found())
    }
}
