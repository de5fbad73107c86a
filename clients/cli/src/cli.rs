//! What can be said on the command line.

use clap::{Parser, Subcommand};

use crate::commands::{access, author, doctor, failures, groups, local, runs, standing, tasks};
use crate::exit;

/// What `--version` prints.
pub(crate) const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("COMMIT"),
    ", schema ",
    env!("ENGINE_SCHEMA"),
    " and ",
    env!("DOMAIN_SCHEMA"),
    ")"
);

const EXAMPLES: &str = "\
Examples:
  $ rhesis-tasks start count_test_sets --wait
  $ rhesis-tasks list --status FAILURE --since 24h
  $ rhesis-tasks --profile staging kinds
";

/// Starts, follows and tests background tasks of Rhesis.
///
/// The API is that of --profile, of `RHESIS_TASKS_URL` and `RHESIS_TASKS_TOKEN`, of the usual profile, or of the stack that `make run`
/// keeps up in this folder or one above it: the first there is. A person at a terminal gets tables; a pipe gets one JSON object a
/// line, with the names that the API has.
#[derive(Debug, Parser)]
#[command(name = "rhesis-tasks", version = VERSION, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n{}", exit::TABLE))]
#[command(propagate_version = false, arg_required_else_help = true, infer_subcommands = false)]
pub(crate) struct Cli {
    /// Print JSON lines at a terminal too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but data and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Ask the API of this profile; see `login`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, as the help lists them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Start(tasks::Start),
    List(tasks::List),
    Show(tasks::Show),
    Why(tasks::Why),
    Watch(tasks::Watch),
    Wait(tasks::Wait),
    Revoke(tasks::Revoke),
    Retry(tasks::Retry),
    Kinds(tasks::Kinds),
    Group(groups::Group),
    Chain(groups::Chain),
    DeadLetters(failures::DeadLetters),
    Redrive(failures::Redrive),
    Batch(failures::Batch),
    Schedules(standing::Schedules),
    Limits(standing::Limits),
    Run(runs::Run),
    Runs(runs::Runs),
    Results(runs::Results),
    Compare(runs::Compare),
    Import(runs::Import),
    Login(access::Login),
    Logout(access::Logout),
    Profiles(access::Profiles),
    Whoami(access::Whoami),
    Tokens(standing::Tokens),
    Webhooks(standing::Webhooks),
    Open(local::Open),
    New(author::New),
    Doctor(doctor::Doctor),
    Completions(local::Completions),
    Man(local::Man),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// A command and all below it, each with the words that lead to it.
    fn all(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
        let mut found = vec![(path.to_owned(), command.clone())];
        for below in command.get_subcommands() {
            found.extend(all(below, &format!("{path} {}", below.get_name())));
        }
        found
    }

    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        help.lines().filter_map(|line| line.trim().strip_prefix("$ ").map(str::to_owned)).collect()
    }

    #[test]
    fn every_command_says_what_it_does_and_has_an_example_of_itself() {
        for (path, command) in all(&Cli::command(), "rhesis-tasks") {
            assert!(command.get_about().is_some(), "{path} says nothing of itself");
            let examples = examples(&command);
            assert!(examples.iter().any(|it| it.contains(&path)), "{path} has no example: {examples:?}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path}: {} is not explained", argument.get_id());
            }
        }
    }

    #[test]
    fn every_example_is_a_call_that_is_understood() {
        for (path, command) in all(&Cli::command(), "rhesis-tasks") {
            for example in examples(&command) {
                for call in example.split(" | ").filter(|call| call.starts_with("rhesis-tasks")) {
                    let call = call.split(" > ").next().unwrap();
                    let words = call.split_whitespace().map(|word| word.trim_matches('\''));
                    let understood = Cli::try_parse_from(words);
                    assert!(understood.is_ok(), "{path}: {call}: {}", understood.unwrap_err());
                }
            }
        }
    }

    #[test]
    fn the_tree_of_commands_is_sound() {
        Cli::command().debug_assert();
    }
}
