use clap::Args;
use serde_json::Value;

use super::arguments::near;
use super::show::text;
use crate::api::{Api, Ask, ask};
use crate::commands::{Desk, list as list_rows};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Table, seconds};

/// Lists the kinds of tasks, or shows what one takes and answers
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks kinds\n  $ rhesis-tasks kinds count_test_sets")]
pub(crate) struct Kinds {
    /// The kind to show
    kind: Option<String>,
}

impl Kinds {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let Some(name) = self.kind else { return list(desk).await };
        let kind = find(&desk.api, &name).await?;
        if desk.out.json {
            desk.out.object(&kind)?;
            return Ok(Exit::Done);
        }
        desk.out.heading(&name)?;
        desk.out.line(&text(&kind["description"]))?;
        let policy = &kind["policy"];
        let time = |name: &str| policy[name].as_f64().map(seconds);
        let mut table = Table::plain();
        table
            .pair(
                "startable",
                Some(if kind["startable"] == true { "yes" } else { "no: other tasks start it" }.into()),
            )
            .pair("retries", Some(text(&policy["max_retries"])))
            .pair("time limit", time("time_limit"))
            .pair("kept for", time("retention"));
        for name in kind["argument_names"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let argument = &kind["arguments"]["properties"][name];
            let needed = kind["arguments"]["required"]
                .as_array()
                .is_some_and(|names| names.iter().any(|it| it == name));
            let what = [text(&argument["type"]), text(&argument["format"]), text(&argument["description"])];
            let what: Vec<String> = what.into_iter().filter(|it| !it.is_empty()).collect();
            let needed = if needed { "" } else { " (optional)" };
            table.pair(&format!("{name}="), Some(format!("{}{needed}", what.join(", "))));
        }
        desk.out.table(&table)?;
        Ok(Exit::Done)
    }
}

async fn list(mut desk: Desk) -> Ended {
    list_rows(&mut desk, "/kinds", ["kind", "start", "arguments", "description"], |kind| {
        let names: Vec<String> = kind["argument_names"].as_array().into_iter().flatten().map(text).collect();
        let start = if kind["startable"] == true { "yes" } else { "no" };
        [text(&kind["name"]), start.into(), names.join(" "), text(&kind["description"])]
    })
    .await
}

/// The contract of a kind; a name that there is not is answered with the one that may be meant.
pub(super) async fn find(api: &Api, name: &str) -> Result<Value, Failure> {
    match api.object(Ask::get(format!("/kinds/{}", ask::encoded(name))), "arguments").await {
        Err(failure) if failure.exit == Exit::NotFound => {
            let kinds: Vec<Value> = api.get("/kinds?limit=200").await?;
            let names = kinds.iter().filter_map(|kind| kind["name"].as_str());
            let hint = match near(name, names) {
                Some(meant) => format!(" Is {meant} meant?"),
                None => " `rhesis-tasks kinds` lists them.".to_owned(),
            };
            Err(Failure::not_found(format!("There is no kind {name}.{hint}")))
        }
        answer => answer,
    }
}
