use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::answer::problem::Problem;
use crate::request::caller::Caller;

/// Whose cursors these are: those of a list in an order, as an organization sees it.
#[derive(Debug, Clone)]
pub(crate) struct Cursors(String);

impl Cursors {
    /// Those of a list, with what of the address tells it from others, in an order.
    pub(crate) fn of(caller: &Caller, list: &str, order: &str) -> Self {
        let digest = Sha256::digest(format!("{}\0{list}\0{order}", caller.organization_id));
        // Six bytes: to tell mistakes apart. Whose rows there are is for the database to say.
        Self(URL_SAFE_NO_PAD.encode(&digest[..6]))
    }

    /// The cursor of a place.
    pub(crate) fn cursor(&self, place: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(json!([self.0, place]).to_string())
    }

    /// The place that a cursor is of.
    pub(crate) fn place<C: DeserializeOwned>(&self, cursor: &str) -> Result<C, Problem> {
        let read: Option<(String, Value)> =
            URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let (whose, place) = read.ok_or_else(broken)?;
        if whose != self.0 {
            let detail = "must be of this list, in this order and for this organization: follow the Link of a page before";
            return Err(Problem::invalid("cursor", detail));
        }
        if !storable(&place) {
            return Err(broken());
        }
        serde_json::from_value(place).map_err(|_| broken())
    }
}

/// Whether Postgres can look at every text of a place: somebody may have made it by hand.
fn storable(place: &Value) -> bool {
    match place {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(storable),
        Value::Object(fields) => fields.values().all(storable),
        _ => true,
    }
}

/// The cursor is none.
pub(crate) fn broken() -> Problem {
    Problem::invalid("cursor", "must be that of a page's link to the next")
}
