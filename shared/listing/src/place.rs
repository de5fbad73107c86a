use serde::Serialize;
use uuid::Uuid;

use crate::sort::Sort;
use crate::value::Value;

/// The place of a row in an order: what the order is by, and its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// What the row has in the column that the order is by.
    pub key: Value,
    /// Its id.
    pub id: Uuid,
}

impl Place {
    /// A place as [`Serialize`] wrote it; `None` if it is none of this order.
    #[must_use]
    pub fn read(json: &serde_json::Value, sort: Sort) -> Option<Self> {
        let key = Value::from_json(sort.column.kind, &json["key"])?;
        Some(Self { key, id: Uuid::try_parse(json["id"].as_str()?).ok()? })
    }
}
