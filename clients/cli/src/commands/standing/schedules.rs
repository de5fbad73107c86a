use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::api::Ask;
use crate::commands::tasks::{checked_arguments, text, whole_id};
use crate::commands::{Consent, Desk, list};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{Table, ago};

/// What every schedule has.
const NAMED: &str = "schedule_id";

/// Schedules: tasks that are started again and again
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  $ rhesis-tasks schedules list", arg_required_else_help = true)]
pub(crate) struct Schedules {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the schedules, with their next ticks
    #[command(after_help = "Examples:\n  $ rhesis-tasks schedules list")]
    List,
    /// Shows one
    #[command(after_help = "Examples:\n  $ rhesis-tasks schedules show 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")]
    Show {
        /// The schedule
        id: String,
    },
    Create(Create),
    /// Lets no more ticks start a task
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks schedules pause 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Pause {
        /// The schedule
        id: String,
    },
    /// Lets ticks start tasks again
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks schedules resume 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Resume {
        /// The schedule
        id: String,
    },
    /// Takes one away; its tasks stay
    #[command(
        after_help = "Examples:\n  $ rhesis-tasks schedules delete --yes 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    )]
    Delete {
        /// The schedule
        id: String,
        #[command(flatten)]
        consent: Consent,
    },
}

/// Makes a schedule
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  $ rhesis-tasks schedules create morning count_test_sets --cron '0 8 * * 1-5' --time-zone Europe/Berlin
  $ rhesis-tasks schedules create often count_test_sets --every 300")]
struct Create {
    /// Its name
    name: String,
    /// The kind of its tasks
    kind: String,
    /// What they are started with: name=value, name:=JSON, name=@file, or all at once as @file or -
    #[arg(value_name = "ARGUMENT")]
    arguments: Vec<String>,
    /// When, as minute, hour, day of month, month, day of week
    #[arg(long, required_unless_present = "every", conflicts_with = "every")]
    cron: Option<String>,
    /// The time zone of --cron, as IANA calls it; UTC unless it is said
    #[arg(long, requires = "cron")]
    time_zone: Option<String>,
    /// Every so many seconds
    #[arg(long, value_name = "SECONDS")]
    every: Option<u64>,
    /// What becomes of ticks that nobody took up in time
    #[arg(long, value_parser = ["skip", "one", "all"])]
    catch_up: Option<String>,
}

impl Schedules {
    pub(crate) async fn run(self, mut desk: Desk) -> Ended {
        let path = |text: &str| Ok::<_, Failure>(format!("/schedules/{}", whole_id(text, "schedule")?));
        match self.what {
            What::List => {
                list(&mut desk, "/schedules", ["schedule", "name", "kind", "when", "next", "stands"], |it| {
                    [
                        text(&it["schedule_id"]),
                        text(&it["name"]),
                        text(&it["kind"]),
                        when(it),
                        ago(&it["next_at"]),
                        stands(it),
                    ]
                })
                .await
            }
            What::Show { id } => {
                let schedule = desk.api.object(Ask::get(path(&id)?), NAMED).await?;
                show(&mut desk, &schedule)
            }
            What::Create(create) => create.run(desk).await,
            What::Pause { id } => {
                let schedule =
                    desk.api.object(Ask::post(format!("{}/pause", path(&id)?)).repeatable(), NAMED).await?;
                show(&mut desk, &schedule)
            }
            What::Resume { id } => {
                let schedule =
                    desk.api.object(Ask::post(format!("{}/resume", path(&id)?)).repeatable(), NAMED).await?;
                show(&mut desk, &schedule)
            }
            What::Delete { id, consent } => {
                let path = path(&id)?;
                let schedule = desk.api.object(Ask::get(path.as_str()), NAMED).await?;
                consent.to(&format!(
                    "Deletes 1 schedule, {}, of {}.",
                    text(&schedule["name"]),
                    text(&schedule["kind"])
                ))?;
                desk.api.send(Ask::delete(path)).await?;
                desk.out.answer(
                    &json!({"schedule_id": schedule["schedule_id"]}),
                    &format!("{} is deleted.", text(&schedule["name"])),
                )?;
                Ok(Exit::Done)
            }
        }
    }
}

impl Create {
    async fn run(self, mut desk: Desk) -> Ended {
        let args = checked_arguments(&desk.api, &self.kind, &self.arguments).await?;
        let mut body = Map::new();
        let fields = [
            ("name", Some(Value::from(self.name))),
            ("kind", Some(self.kind.into())),
            ("args", Some(args)),
            ("cron", self.cron.map(Value::from)),
            ("time_zone", self.time_zone.map(Value::from)),
            ("every", self.every.map(Value::from)),
            ("catch_up", self.catch_up.map(Value::from)),
        ];
        body.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let schedule = desk.api.object(Ask::post("/schedules").json(&Value::Object(body)), NAMED).await?;
        show(&mut desk, &schedule)
    }
}

fn show(desk: &mut Desk, schedule: &Value) -> Ended {
    if desk.out.json {
        desk.out.object(schedule)?;
        return Ok(Exit::Done);
    }
    desk.out.heading(&format!("{} {}", text(&schedule["name"]), text(&schedule["schedule_id"])))?;
    let ticks: Vec<String> = schedule["next_ticks"].as_array().into_iter().flatten().map(text).collect();
    let mut table = Table::plain();
    table
        .pair("kind", Some(text(&schedule["kind"])))
        .pair("when", Some(when(schedule)))
        .pair("stands", Some(stands(schedule)))
        .pair("next", Some(ticks.join(" ")).filter(|it| !it.is_empty()))
        .pair("arguments", Some(text(&schedule["args"])));
    desk.out.table(&table)?;
    Ok(Exit::Done)
}

fn when(schedule: &Value) -> String {
    match schedule["every"].as_u64() {
        Some(seconds) => format!("every {seconds} s"),
        None => format!("{} {}", text(&schedule["cron"]), text(&schedule["time_zone"])).trim_end().to_owned(),
    }
}

fn stands(schedule: &Value) -> String {
    match (schedule["problem"].as_str(), schedule["paused_at"].is_null()) {
        (Some(problem), _) => problem.to_owned(),
        (None, false) => format!("paused {}", ago(&schedule["paused_at"])),
        (None, true) => "ticks".into(),
    }
}
