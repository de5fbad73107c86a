//! A room for each resource: what its commands take, what they ask the API, what they print.

pub(crate) mod access;
pub(crate) mod author;
mod consent;
pub(crate) mod doctor;
pub(crate) mod failures;
pub(crate) mod groups;
pub(crate) mod local;
mod number;
mod rows;
pub(crate) mod runs;
pub(crate) mod standing;
mod steady;
pub(crate) mod tasks;

pub(crate) use consent::Consent;
pub(crate) use number::{from_now, number, seconds};
pub(crate) use rows::{find, list};
pub(crate) use steady::Steady;

use crate::api::Api;
use crate::cli::{Cli, Command};
use crate::exit::{Ended, Exit, Failure};
use crate::output::{self, Sink};
use crate::place::Place;

/// What every command has.
pub(crate) struct Desk {
    pub(crate) api: Api,
    pub(crate) out: Sink,
    pub(crate) place: Place,
}

impl Desk {
    /// Finds the API that is meant.
    fn open(profile: Option<&str>, out: Sink) -> Result<Self, Failure> {
        let place = Place::find(profile)?;
        if place.is_found && !out.json && output::is_watched() {
            output::aside(&format!("({}, from {})", place.url, place.source));
        }
        Ok(Self { api: Api::new(&place)?, out, place })
    }
}

/// Does what was asked for.
pub(crate) async fn run(cli: Cli) -> Ended {
    output::quiet(cli.quiet);
    let out = Sink::new(cli.json);
    match cli.command {
        Command::Login(login) => login.run(out).await,
        Command::Logout(logout) => logout.run(),
        Command::Profiles(profiles) => profiles.run(out),
        Command::New(new) => new.run(out),
        Command::Doctor(doctor) => doctor.run(out).await,
        Command::Open(open) => open.run(cli.profile.as_deref(), cli.json, out),
        Command::Completions(completions) => completions.run(out),
        Command::Man(man) => man.run(out),
        asking => ask(asking, Desk::open(cli.profile.as_deref(), out)?).await,
    }
}

/// Does what needs the API.
async fn ask(command: Command, desk: Desk) -> Ended {
    match command {
        Command::Start(start) => start.run(desk).await,
        Command::List(list) => list.run(desk).await,
        Command::Show(show) => show.run(desk).await,
        Command::Why(why) => why.run(desk).await,
        Command::Watch(watch) => watch.run(desk).await,
        Command::Wait(wait) => wait.run(desk).await,
        Command::Revoke(revoke) => revoke.run(desk).await,
        Command::Retry(retry) => retry.run(desk).await,
        Command::Kinds(kinds) => kinds.run(desk).await,
        Command::Run(run) => run.run(desk).await,
        Command::Runs(runs) => runs.run(desk).await,
        Command::Results(results) => results.run(desk).await,
        Command::Compare(compare) => compare.run(desk).await,
        Command::Import(import) => import.run(desk).await,
        Command::Whoami(whoami) => whoami.run(desk).await,
        Command::Group(group) => group.run(desk).await,
        Command::Chain(chain) => chain.run(desk).await,
        Command::DeadLetters(dead_letters) => dead_letters.run(desk).await,
        Command::Redrive(redrive) => redrive.run(desk).await,
        Command::Batch(batch) => batch.run(desk).await,
        Command::Schedules(schedules) => schedules.run(desk).await,
        Command::Limits(limits) => limits.run(desk).await,
        Command::Tokens(tokens) => tokens.run(desk).await,
        Command::Webhooks(webhooks) => webhooks.run(desk).await,
        Command::Login(_)
        | Command::Logout(_)
        | Command::Profiles(_)
        | Command::New(_)
        | Command::Doctor(_)
        | Command::Open(_)
        | Command::Completions(_)
        | Command::Man(_) => Ok(Exit::Usage),
    }
}
