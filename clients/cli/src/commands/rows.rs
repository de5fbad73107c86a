use serde_json::Value;

use super::Desk;
use crate::api::{Api, Pages};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Table, aside};

/// Prints a whole list, page by page: a row of cells for a person, the API's own object for a program.
pub(crate) async fn list<const N: usize>(
    desk: &mut Desk,
    path: impl Into<String>,
    header: [&'static str; N],
    cells: impl Fn(&Value) -> [String; N],
) -> Ended {
    desk.out.ends_with_its_reader();
    let (mut pages, mut first) = (Pages::of(&desk.api, path), true);
    while let Some(page) = pages.next().await? {
        let mut table = if first { Table::new(header) } else { Table::more(header) };
        let rows = page.len();
        for object in page {
            if desk.out.json {
                desk.out.raw(&object)?;
            } else {
                table.row(cells(&serde_json::from_str(object.get()).unwrap_or_default()));
            }
        }
        if !desk.out.json && rows > 0 {
            desk.out.table(&table)?;
            first = false;
        }
    }
    if first && !desk.out.json {
        aside("There is none.");
    }
    Ok(Exit::Done)
}

/// The object of a list that has this text in a field, on whichever page it is.
pub(crate) async fn find(api: &Api, path: &str, field: &str, text: &str) -> Result<Option<Value>, Failure> {
    let mut pages = Pages::of(api, path);
    while let Some(page) = pages.next().await? {
        let mut objects = page.iter().filter_map(|object| serde_json::from_str::<Value>(object.get()).ok());
        if let Some(found) = objects.find(|object| object[field] == text) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
