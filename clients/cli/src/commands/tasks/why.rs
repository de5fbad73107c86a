use clap::Args;
use serde_json::Value;
use serde_json::value::RawValue;

use super::id::task_id;
use super::show::text;
use crate::api::Ask;
use crate::commands::Desk;
use crate::exit::{Ended, Exit};
use crate::output::Table;

/// Says what a task waits for now, with the evidence
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks why 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
pub(crate) struct Why {
    /// The task: its id, an address that has it, or its first 8 digits or more
    id: String,
}

impl Why {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let id = task_id(&desk.api, &self.id).await?;
        let why: Box<RawValue> = desk.api.raw(Ask::get(format!("/tasks/{id}/why")), "because").await?;
        if desk.out.json {
            desk.out.raw(&why)?;
            return Ok(Exit::Done);
        }
        let why: Value = serde_json::from_str(why.get()).unwrap_or_default();
        desk.out.line(&format!("{}: {}", text(&why["status"]), text(&why["because"])))?;
        let mut table = Table::plain();
        for (name, value) in why["evidence"].as_object().into_iter().flatten() {
            table.pair(&format!("  {name}"), Some(text(value)).filter(|value| !value.is_empty()));
        }
        desk.out.table(&table)?;
        Ok(Exit::Done)
    }
}
