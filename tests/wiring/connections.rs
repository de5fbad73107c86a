use settings::{API_CONNECTIONS, MIGRATE_CONNECTIONS, RELAY_CONNECTIONS, TASK_CONNECTIONS};

use crate::document::{At, Document, Problem};
use crate::functions::{all, of_type};

/// The share of the database's connections that the functions may use together; the rest is for people.
const SHARE_PERCENT: u64 = 80;

/// What is wrong with how many connections the functions may open at once, all of them busy.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut parts: Vec<(u64, String)> = Vec::new();
    for function in all(template) {
        let (concurrency, each) = match function.name {
            "api" => (function.properties.at("ReservedConcurrentExecutions"), API_CONNECTIONS),
            "relay" => (function.properties.at("ReservedConcurrentExecutions"), RELAY_CONNECTIONS),
            "migrate" => (function.properties.at("ReservedConcurrentExecutions"), MIGRATE_CONNECTIONS),
            _ => (of_source(template, function.id), TASK_CONNECTIONS.0 + TASK_CONNECTIONS.1),
        };
        match concurrency.number() {
            Some(number) => {
                parts.push((number * u64::from(each), format!("{} {each} × {number}", function.name)));
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
             or raise Maximum to {needed} if the database has the memory: see docs/operating.md, Limits",
            parts.join(", ")
        )));
    }
    problems
}

fn of_source<'a>(template: &'a Document, id: &str) -> At<'a> {
    let alias = format!("{id}.Alias");
    of_type(template, "AWS::Lambda::EventSourceMapping")
        .find(|(_, mapping)| mapping.at("FunctionName").text() == alias)
        .map_or(template.root().at("Resources"), |(_, mapping)| {
            mapping.at("ScalingConfig").at("MaximumConcurrency")
        })
}
