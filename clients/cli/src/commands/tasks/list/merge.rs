use std::collections::VecDeque;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::api::Pages;
use crate::exit::Failure;

/// Several lists of tasks, each newest first, as one: a page of each is in memory.
pub(super) struct Merged<'a> {
    lists: Vec<(Pages<'a>, VecDeque<Row>)>,
}

/// A row and what it is ordered by.
struct Row {
    id: String,
    raw: Box<RawValue>,
}

#[derive(Deserialize)]
struct Identified {
    task_id: String,
}

impl<'a> Merged<'a> {
    pub(super) fn new(lists: Vec<Pages<'a>>) -> Self {
        Self { lists: lists.into_iter().map(|pages| (pages, VecDeque::new())).collect() }
    }

    /// The newest that is left.
    pub(super) async fn next(&mut self) -> Result<Option<Box<RawValue>>, Failure> {
        for (pages, rows) in &mut self.lists {
            while rows.is_empty() {
                let Some(page) = pages.next().await? else { break };
                rows.extend(page.into_iter().map(|raw| Row { id: id(&raw), raw }));
            }
        }
        let newest = self.lists.iter_mut().filter(|(_, rows)| !rows.is_empty());
        let newest = newest.max_by(|(_, a), (_, b)| a[0].id.cmp(&b[0].id));
        Ok(newest.and_then(|(_, rows)| rows.pop_front()).map(|row| row.raw))
    }
}

fn id(raw: &RawValue) -> String {
    serde_json::from_str::<Identified>(raw.get()).map(|row| row.task_id).unwrap_or_default()
}
