//! A kind of task is three things: a contract, a handler, a block of the template. These tests fail when one is missing
//! or their numbers disagree, and say what to write where.
//!
//! They read files and compile no function: `make check` runs them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod alarms;
mod breaking;
mod connections;
mod docs;
mod document;
mod functions;
mod handlers;
mod kinds;
mod long_calls;
mod migrations;
mod platform;
mod roles;
mod rules;
mod services;
mod variables;

use catalog::{Spec, TASKS};
use document::{Document, Problem};

/// The checkout.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

const TEMPLATE: &str = "template.yaml";
const ALARMS: &str = "infra/alarms.yaml";
const MONITORING: &str = "infra/monitoring.yaml";
const PIPELINE: &str = "infra/pipeline.yaml";

fn read(file: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/{file}")).unwrap()
}

/// All that is wrong with the templates, one line each; `read` gives the text of a file.
fn problems(read: impl Fn(&str) -> String, specs: &[Spec]) -> Vec<String> {
    let [template, alarms, monitoring] =
        [TEMPLATE, ALARMS, MONITORING].map(|file| Document::parse(file, &read(file)));
    problems_of(&template, &alarms, &monitoring, specs)
}

fn problems_of(template: &Document, alarms: &Document, monitoring: &Document, specs: &[Spec]) -> Vec<String> {
    let all = [
        kinds::problems(template, specs),
        variables::problems(template),
        roles::problems(template),
        services::problems(template),
        connections::problems(template),
        long_calls::problems(template),
        alarms::problems(template, alarms, monitoring, specs),
    ];
    all.into_iter().flatten().map(|Problem(problem)| problem).collect()
}

#[test]
fn every_contract_has_its_block_in_the_template_and_all_of_it_agrees() {
    assert_eq!(problems(read, TASKS), Vec::<String>::new());
}

#[test]
fn what_every_kind_has_in_the_template_is_made_of_its_contract() {
    let text = read(TEMPLATE);
    assert!(
        template::with_kinds(&text, TASKS).unwrap() == text,
        "run `make template`: contracts have changed"
    );
    let text = read(MONITORING);
    assert!(
        template::with_widgets(&text, TASKS).unwrap() == text,
        "run `make template`: the dashboard does not draw every kind"
    );
}

#[test]
fn every_contract_has_a_handler_of_less_than_25_lines_and_every_handler_a_contract() {
    assert_eq!(handlers::problems(TASKS), Vec::<String>::new());
}

#[test]
fn no_code_reads_a_variable_that_the_lists_do_not_know() {
    assert_eq!(variables::reads_past_the_lists(), Vec::<Problem>::new());
}

#[test]
fn a_contract_without_handler_or_block_is_reported_with_what_to_add() {
    let mut orphan = TASKS[0];
    orphan.kind = "make_coffee";
    let specs = [TASKS, &[orphan]].concat();
    let said = problems(read, &specs).join("\n");
    assert!(said.contains("make_coffee: there is no queue named ${AWS::StackName}-make_coffee"), "{said}");
    assert!(said.contains("make_coffee: no alarm watches it: add a stack of infra/alarms.yaml"), "{said}");
    let said = handlers::problems(&specs).join("\n");
    assert!(said.contains("make_coffee: functions/tasks/make_coffee/src/main.rs is missing"), "{said}");
}

#[test]
fn a_handler_or_block_without_contract_is_reported() {
    let kind = TASKS[0].kind;
    let said = handlers::problems(&TASKS[1..]).join("\n");
    assert!(said.contains(&format!("{kind}: has a folder in functions/tasks but no contract")), "{said}");
    let said = problems(read, &TASKS[1..]).join("\n");
    assert!(said.contains(&format!("{kind}: has a queue but no contract")), "{said}");
    assert!(said.contains(&format!("{kind}: has alarms but no contract")), "{said}");
}
