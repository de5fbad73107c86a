use clap::Args;
use serde_json::Value;

use crate::api::Ask;
use crate::commands::Desk;
use crate::commands::tasks::text;
use crate::exit::{Ended, Exit};
use crate::output::Table;

/// Says whom the token speaks for
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks whoami")]
pub(crate) struct Whoami;

impl Whoami {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let me: Value = desk.api.object(Ask::get("/me"), "user_id").await?;
        if desk.out.json {
            desk.out.object(&me)?;
            return Ok(Exit::Done);
        }
        let mut table = Table::plain();
        table
            .pair("user", Some(text(&me["user_id"])))
            .pair("organization", Some(text(&me["organization_id"])))
            .pair("asked", Some(format!("{}, from {}", desk.place.url, desk.place.source)));
        desk.out.table(&table)?;
        Ok(Exit::Done)
    }
}
