use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::request::body::Object;
use crate::request::options::uuid;

/// The id in a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        read("id", &text.map(|text| text.0).unwrap_or_default()).map(Self)
    }
}

/// The two ids in a path, as `/…/{id}/…/{endpoint_id}`; what is wrong with one is told by its name there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids(pub(crate) Uuid, pub(crate) Uuid);

impl FromRequestParts<App> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let named = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await.ok();
        match named.map(|named| named.0).unwrap_or_default().as_slice() {
            [(one, id), (other, other_id)] => Ok(Self(read(one, id)?, read(other, other_id)?)),
            _ => Err(no_id("id")),
        }
    }
}

/// The id in a body.
impl Object {
    /// Refuses an `id` of what is to be made.
    pub(crate) fn is_new(&self) -> Result<(), Problem> {
        match self.has("id") {
            true => Err(Problem::invalid("id", "must not be there: what is made is given its own")),
            false => Ok(()),
        }
    }

    /// Takes out an `id`, which a replacement may repeat: it must be that of its address.
    pub(crate) fn is_of(&mut self, id: Uuid) -> Result<(), Problem> {
        match self.read("id", uuid)? {
            Some(other) if other != id => {
                Err(Problem::invalid("id", "must be that of the address, or not there"))
            }
            _ => Ok(()),
        }
    }
}

fn read(name: &str, text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| no_id(name))
}

fn no_id(name: &str) -> Problem {
    Problem::invalid(name, "must be a UUID, as 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")
}
