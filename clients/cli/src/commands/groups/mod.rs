//! Tasks that belong together: groups, with a task that follows them, and chains.

mod chain;
mod group;
mod members;

pub(crate) use chain::Chain;
pub(crate) use group::Group;

use serde_json::Value;

use crate::api::Ask;
use crate::commands::Desk;
use crate::commands::tasks::{text, whole_id};
use crate::exit::{Ended, Exit};
use crate::output::{Table, ago};

/// Prints what a started group or chain is called.
fn started(desk: &mut Desk, answer: &Value) -> Ended {
    if desk.out.json {
        desk.out.object(answer)?;
        return Ok(Exit::Done);
    }
    let count = answer["task_ids"].as_array().map_or(0, Vec::len);
    desk.out.line(&format!("{} of {count} tasks", text(&answer["group_id"])))?;
    Ok(Exit::Done)
}

async fn show(desk: &mut Desk, id: &str) -> Ended {
    let id = whole_id(id, "group")?;
    let group = desk.api.object(Ask::get(format!("/groups/{id}")), "group_id").await?;
    if desk.out.json {
        desk.out.object(&group)?;
        return Ok(Exit::Done);
    }
    let what = if group["chain"] == true { "chain" } else { "group" };
    desk.out.heading(&format!("{what} {}", text(&group["group_id"])))?;
    let time = |name: &str| Some(ago(&group[name])).filter(|it| !it.is_empty());
    let mut table = Table::plain();
    table
        .pair("done", Some(format!("{} of {}", group["done"], group["total"])))
        .pair("succeeded", Some(text(&group["succeeded"])))
        .pair("unsuccessful", Some(text(&group["unsuccessful"])))
        .pair("window", Some(text(&group["window"])))
        .pair("callback", Some(text(&group["callback_id"])).filter(|it| !it.is_empty()))
        .pair("created", time("created_at"))
        .pair("cancelled", time("cancelled_at"))
        .pair("finished", time("finished_at"));
    desk.out.table(&table)?;
    Ok(Exit::Done)
}
