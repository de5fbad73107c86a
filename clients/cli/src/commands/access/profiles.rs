use clap::Args;
use serde_json::json;

use crate::exit::{Ended, Exit};
use crate::output::{Sink, Table};
use crate::place;

/// Lists the profiles that `login` keeps
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks profiles")]
pub(crate) struct Profiles;

impl Profiles {
    pub(crate) fn run(self, mut out: Sink) -> Ended {
        let profiles = place::Profiles::load()?;
        let mut table = Table::new(["profile", "url", "usual"]);
        for (name, profile) in profiles.all() {
            let usual = profiles.usual() == Some(name);
            if out.json {
                out.object(&json!({"profile": name, "url": profile.url, "usual": usual}))?;
            }
            table.row([name.into(), profile.url.clone(), if usual { "yes" } else { "" }.into()]);
        }
        if !out.json {
            out.table(&table)?;
        }
        Ok(Exit::Done)
    }
}
