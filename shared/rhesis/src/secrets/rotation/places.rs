use std::collections::BTreeMap;

use crate::secrets::Sealed;

/// The secrets of a row, by where in it they stand.
pub(super) type Texts = BTreeMap<String, Sealed>;

/// A table that has secrets.
pub(super) struct Place {
    pub(super) table: &'static str,
    /// Ids and secrets of the rows behind an id, at most so many.
    pub(super) behind: &'static str,
    /// The secrets of a row, which nobody else changes meanwhile.
    pub(super) lock: &'static str,
    /// Replaces those secrets of a row that are given.
    pub(super) write: &'static str,
}

/// The statements of a table, of the expression that has a row's secrets as an object.
macro_rules! place {
    ($table:literal, $texts:literal, $write:literal) => {
        Place {
            table: $table,
            behind: concat!(
                "select id, ",
                $texts,
                " from ",
                $table,
                " where $1::uuid is null or id > $1 order by id limit $2"
            ),
            lock: concat!("select ", $texts, " from ", $table, " where id = $1 for update"),
            write: $write,
        }
    };
}

/// Every table that has secrets; `rhesis-tasks doctor` asks the same places which key they need.
pub(super) const PLACES: [Place; 3] = [
    place!(
        "endpoint",
        "jsonb_strip_nulls(jsonb_build_object('auth.auth_token', auth -> 'auth_token',
           'auth.client_secret', auth -> 'client_secret', 'last_token', last_token))
         || coalesce((select jsonb_object_agg('secrets.' || key, value) from jsonb_each(secrets)), '{}')",
        // A PUT that has read the row before must not bring the old texts back: it looks at updated_at.
        "update endpoint set
           auth = auth || jsonb_strip_nulls(jsonb_build_object('auth_token', $2 -> 'auth.auth_token',
             'client_secret', $2 -> 'auth.client_secret')),
           secrets = secrets || coalesce((select jsonb_object_agg(substr(key, length('secrets.') + 1), value)
             from jsonb_each($2) where starts_with(key, 'secrets.')), '{}'),
           last_token = coalesce($2 ->> 'last_token', last_token),
           updated_at = clock_timestamp()
         where id = $1"
    ),
    place!(
        "model",
        "jsonb_strip_nulls(jsonb_build_object('key', key))",
        "update model set key = $2 ->> 'key' where id = $1"
    ),
    place!(
        "webhook",
        "jsonb_build_object('secret', secret)",
        "update webhook set secret = $2 ->> 'secret' where id = $1"
    ),
];
