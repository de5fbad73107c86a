use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::column::Kind;

/// A value that a column is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A text.
    Text(String),
    /// A UUID.
    Uuid(Uuid),
    /// A time.
    Time(DateTime<Utc>),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl Value {
    /// A value of a kind from JSON, as a cursor holds it; `None` if it is none.
    pub(crate) fn from_json(kind: Kind, json: &serde_json::Value) -> Option<Self> {
        match kind {
            Kind::Text => {
                json.as_str().filter(|text| !text.contains('\0')).map(|text| Self::Text(text.to_owned()))
            }
            Kind::Uuid | Kind::Time => json.as_str().and_then(|text| Self::from_text(kind, text)),
            Kind::Number => json.as_f64().map(Self::Number),
            Kind::Flag => json.as_bool().map(Self::Flag),
        }
    }

    /// A value of a kind that is written as a text; `None` if it is none.
    pub(crate) fn from_text(kind: Kind, text: &str) -> Option<Self> {
        match kind {
            Kind::Text => Some(Self::Text(text.to_owned())),
            Kind::Uuid => Uuid::try_parse(text).ok().map(Self::Uuid),
            Kind::Time => DateTime::parse_from_rfc3339(text).ok().map(|time| Self::Time(time.to_utc())),
            Kind::Number | Kind::Flag => None,
        }
    }

    /// What it is a value of.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Uuid(_) => Kind::Uuid,
            Self::Time(_) => Kind::Time,
            Self::Number(_) => Kind::Number,
            Self::Flag(_) => Kind::Flag,
        }
    }

    /// Binds it.
    pub(crate) fn push(&self, sql: &mut QueryBuilder<Postgres>) {
        match self {
            Self::Text(text) => sql.push_bind(text.clone()),
            Self::Uuid(id) => sql.push_bind(*id),
            Self::Time(time) => sql.push_bind(*time),
            Self::Number(number) => sql.push_bind(*number),
            Self::Flag(flag) => sql.push_bind(*flag),
        };
    }
}
