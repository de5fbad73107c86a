use serde::Serialize;
use uuid::Uuid;

use super::places::Texts;
use crate::secrets::Keys;

/// So many rows with unreadable secrets are named.
const NAMED: usize = 20;

/// Under which keys the stored secrets are. Names no secret and no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// Whether all rows were looked at; otherwise time was short, and it is to be begun anew.
    pub done: bool,
    /// Rows whose secrets were encrypted anew, each a commit.
    pub rows: u64,
    /// How many secrets are under each key, in the order of the setting.
    pub secrets_under_key: Vec<u64>,
    /// How many secrets are under none of them: they must be given again, or their key put back.
    pub unreadable: u64,
    /// The first twenty rows with such.
    pub unreadable_rows: Vec<Unreadable>,
}

/// A row with a secret that none of the keys opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The table: endpoint, model or webhook.
    pub table: &'static str,
    /// The row's id.
    pub id: Uuid,
}

impl KeyReport {
    pub(super) fn new(keys: usize) -> Self {
        Self {
            done: true,
            rows: 0,
            secrets_under_key: vec![0; keys],
            unreadable: 0,
            unreadable_rows: Vec::new(),
        }
    }

    /// Counts the secrets of a row.
    pub(super) fn count(&mut self, table: &'static str, id: Uuid, texts: &Texts, keys: &Keys) {
        let unreadable = self.unreadable;
        for text in texts.values() {
            match keys.key_of(text).and_then(|key| self.secrets_under_key.get_mut(key)) {
                Some(count) => *count += 1,
                None => self.unreadable += 1,
            }
        }
        if self.unreadable > unreadable && self.unreadable_rows.len() < NAMED {
            self.unreadable_rows.push(Unreadable { table, id });
        }
    }
}
