use settings::{API_CONNECTIONS, MIGRATE_CONNECTIONS, RELAY_CONNECTIONS, TASK_CONNECTIONS};

use crate::document::{At, Document, Problem};
use crate::functions::{all, of_type};
use crate::services::reserved;

/// The share of the database's connections that the functions may use together; the rest is for people.
const SHARE_PERCENT: u64 = 80;

/// Lambda environments that a new account may have in all, where nothing can be reserved: AWS gives 10 or 50.
const NEW_ACCOUNT: u64 = 50;

/// What is wrong with how many connections the functions may open at once, all of them busy.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut parts: Vec<(u64, String)> = Vec::new();
    // Environments of tasks, and their connections: all that is counted where `api` and `relay` are not.
    let mut tasks = (0, 0);
    for function in all(template) {
        let (concurrency, each) = match function.name {
            "api" => (reserved(function.properties.at("ReservedConcurrentExecutions")), API_CONNECTIONS),
            "relay" => (reserved(function.properties.at("ReservedConcurrentExecutions")), RELAY_CONNECTIONS),
            "migrate" => {
                (reserved(function.properties.at("ReservedConcurrentExecutions")), MIGRATE_CONNECTIONS)
            }
            _ => (of_source(template, function.id), TASK_CONNECTIONS.0 + TASK_CONNECTIONS.1),
        };
        match concurrency.number() {
            Some(number) => {
                parts.push((number * u64::from(each), format!("{} {each} × {number}", function.name)));
                if !matches!(function.name, "api" | "relay" | "migrate") {
                    tasks = (tasks.0 + number, tasks.1 + number * u64::from(each));
                }
            }
            None => problems
                .push(concurrency.problem(format!("{}: nothing limits its concurrency", function.name))),
        }
    }
    parts.sort_by_key(|(connections, _)| std::cmp::Reverse(*connections));
    let sum: u64 = parts.iter().map(|(connections, _)| connections).sum();
    let maximum = template.root().at("Mappings").at("Database").at("Connections").at("Maximum");
    let most = maximum.number().unwrap_or(0) * SHARE_PERCENT / 100;
    if sum > most {
        let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
        let needed = (sum * 100).div_ceil(SHARE_PERCENT);
        problems.push(maximum.problem(format!(
            "the functions may open {sum} connections, at most {most} may be: {SHARE_PERCENT} % of Maximum ({}). Lower a \
             MaximumConcurrency (to 2 at least) or the ReservedConcurrentExecutions of api, \
             or raise Maximum to {needed} and take a DatabaseClass that has the memory: see docs/operating.md, Room for more kinds",
            parts.join(", ")
        )));
    }
    let unreserved = without_reserving(NEW_ACCOUNT, tasks);
    if unreserved > most {
        problems.push(maximum.problem(format!(
            "where nothing is reserved, the functions of an account with {NEW_ACCOUNT} environments may open {unreserved} \
             connections, at most {most} may be: lower a MaximumConcurrency (to 2 at least), or raise Maximum"
        )));
    }
    let alarm = template.root().at("Mappings").at("Database").at("Connections").at("Alarm");
    if alarm.number() != Some(most) {
        problems.push(alarm.problem(format!("Alarm must be {most}, {SHARE_PERCENT} % of Maximum")));
    }
    problems
}

/// The most connections at once in an account that has room for so many environments: every one that runs no task has one.
fn without_reserving(account: u64, (environments, connections): (u64, u64)) -> u64 {
    let each = connections.div_ceil(environments.max(1));
    environments.min(account) * each + account.saturating_sub(environments)
}

fn of_source<'a>(template: &'a Document, id: &str) -> At<'a> {
    let alias = format!("{id}.Alias");
    of_type(template, "AWS::Lambda::EventSourceMapping")
        .find(|(_, mapping)| mapping.at("FunctionName").text() == alias)
        .map_or(template.root().at("Resources"), |(_, mapping)| {
            mapping.at("ScalingConfig").at("MaximumConcurrency")
        })
}
