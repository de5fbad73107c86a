//! After a change of keys: which key every stored secret is under, and all of them under the first.

mod places;
mod report;

use std::time::Instant;

use sqlx::types::Json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use self::places::{PLACES, Place, Texts};
pub use self::report::{KeyReport, Unreadable};
use super::{Keys, SecretError};
use crate::organizations;

/// How many rows are read at once.
const BATCH: i64 = 200;

/// What is to be done with the secrets that are not under the first key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// They are counted.
    Count,
    /// They are encrypted anew.
    Reencrypt,
}

/// Why not all secrets were looked at.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] SecretError),
    /// Postgres did not do it.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Looks at every stored secret of every organization, as the database's owner, until a time at most.
///
/// Each row is a commit of its own, so it can be broken off and begun anew at any time: what is under the first key already is
/// not touched. A change of the same row at the same time is waited for, or made to read the row again.
///
/// # Errors
/// There is no key, or Postgres cannot be asked. What was done stays done.
pub async fn rotate(
    conn: &mut PgConnection,
    keys: &Keys,
    rotation: Rotation,
    until: Instant,
) -> Result<KeyReport, RotationError> {
    if keys.count() == 0 {
        return Err(SecretError::NoKey.into());
    }
    let mut report = KeyReport::new(keys.count());
    let mut organization = None;
    while let Some(next) = organization_behind(conn, organization).await? {
        for place in &PLACES {
            let mut row = None;
            loop {
                if Instant::now() >= until {
                    report.done = false;
                    return Ok(report);
                }
                let rows = rows_behind(conn, next, place, row).await?;
                for (id, texts) in &rows {
                    let is_old = texts.values().any(|text| keys.key_of(text).is_some_and(|key| key > 0));
                    if rotation == Rotation::Reencrypt && is_old {
                        let (texts, is_changed) = reencrypted(conn, keys, next, place, *id).await?;
                        report.rows += u64::from(is_changed);
                        report.count(place.table, *id, &texts, keys);
                    } else {
                        report.count(place.table, *id, texts, keys);
                    }
                }
                row = rows.last().map(|(id, _)| *id);
                if rows.len() < usize::try_from(BATCH).unwrap_or_default() {
                    break;
                }
            }
        }
        organization = Some(next);
    }
    Ok(report)
}

/// The organization whose id comes next.
async fn organization_behind(conn: &mut PgConnection, behind: Option<Uuid>) -> sqlx::Result<Option<Uuid>> {
    let mut tx = conn.begin().await?;
    // Under forced row security not even the owner sees them; the engine does.
    sql::query("set local role tasks_engine").execute(&mut *tx).await?;
    sql::query_scalar("select id from organization where $1::uuid is null or id > $1 order by id limit 1")
        .bind(behind)
        .fetch_optional(&mut *tx)
        .await
}

async fn rows_behind(
    conn: &mut PgConnection,
    organization_id: Uuid,
    place: &Place,
    behind: Option<Uuid>,
) -> sqlx::Result<Vec<(Uuid, Texts)>> {
    let mut tx = conn.begin().await?;
    organizations::enter(&mut tx, organization_id).await?;
    let rows: Vec<(Uuid, Json<Texts>)> =
        sql::query_as(place.behind).bind(behind).bind(BATCH).fetch_all(&mut *tx).await?;
    Ok(rows.into_iter().map(|(id, Json(texts))| (id, texts)).collect())
}

/// Encrypts those secrets of a row anew that are under another key than the first; all that it has then, and whether any was.
async fn reencrypted(
    conn: &mut PgConnection,
    keys: &Keys,
    organization_id: Uuid,
    place: &Place,
    id: Uuid,
) -> Result<(Texts, bool), RotationError> {
    let mut tx = conn.begin().await?;
    organizations::enter(&mut tx, organization_id).await?;
    let row: Option<Json<Texts>> = sql::query_scalar(place.lock).bind(id).fetch_optional(&mut *tx).await?;
    // Gone, or changed: it has waited for somebody else.
    let Json(mut texts) = row.unwrap_or_default();
    let mut changed = Texts::new();
    for (name, sealed) in &mut texts {
        if keys.key_of(sealed).is_some_and(|key| key > 0) {
            *sealed = keys.seal(&keys.open(sealed)?)?;
            changed.insert(name.clone(), sealed.clone());
        }
    }
    if changed.is_empty() {
        return Ok((texts, false));
    }
    sql::query(place.write).bind(id).bind(Json(&changed)).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok((texts, true))
}
