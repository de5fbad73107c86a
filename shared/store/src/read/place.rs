use chrono::{DateTime, Utc};
use serde::{Deserialize as _, Deserializer, de};

/// The time of a place in a list: one of RFC 3339, whose years have four digits. Postgres does not know every other one that a
/// client can write into a cursor.
pub(super) fn time<'de, D: Deserializer<'de>>(place: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(place)?;
    DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc()).map_err(de::Error::custom)
}
