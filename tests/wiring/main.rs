//! A kind of task is three things: a contract, a handler, a block of the template. These tests fail when one is missing
//! or their numbers disagree, and say what to write where.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod docs;
mod handlers;
mod template;

use catalog::{Spec, TASKS};

/// The checkout.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn the_template() -> String {
    std::fs::read_to_string(format!("{ROOT}/template.yaml")).unwrap()
}

/// A contract that nobody wrote a handler or a block for.
fn orphan() -> Spec {
    let mut orphan = TASKS[0];
    orphan.kind = "make_coffee";
    orphan
}

/// The lines that a problem of the template would be reported with, after `from` is replaced by `to`.
fn problems_after(from: &str, to: &str) -> Vec<String> {
    let text = the_template();
    assert!(text.contains(from), "{from} is not in the template");
    template::problems(&text.replacen(from, to, 1), TASKS)
}

#[test]
fn every_contract_has_its_block_in_the_template_and_the_numbers_agree() {
    assert_eq!(template::problems(&the_template(), TASKS), Vec::<String>::new());
}

#[test]
fn every_contract_has_a_handler_of_less_than_25_lines_and_every_handler_a_contract() {
    assert_eq!(handlers::problems(TASKS), Vec::<String>::new());
}

#[test]
fn a_contract_without_handler_or_block_is_reported_with_what_to_add() {
    let said = template::problems(&the_template(), &[TASKS, &[orphan()]].concat()).join("\n");
    assert!(
        said.contains("make_coffee: template.yaml has no queue named ${AWS::StackName}-make_coffee"),
        "{said}"
    );
    let said = handlers::problems(&[TASKS, &[orphan()]].concat()).join("\n");
    assert!(said.contains("make_coffee: functions/tasks/make_coffee/src/main.rs is missing"), "{said}");
}

#[test]
fn a_handler_or_block_without_contract_is_reported() {
    let said = handlers::problems(&TASKS[1..]).join("\n");
    assert!(
        said.contains("execute_test_configuration: has a folder in functions/tasks but no contract"),
        "{said}"
    );
    let said = template::problems(&the_template(), &TASKS[1..]).join("\n");
    assert!(
        said.contains("execute_test_configuration: has a queue in template.yaml but no contract"),
        "{said}"
    );
}

#[test]
fn each_number_and_switch_of_a_block_is_checked() {
    for (from, to, said) in [
        (
            "Timeout: 35",
            "Timeout: 34",
            "count_test_sets: Timeout of the function is 34 s, must be at least 35",
        ),
        (
            "VisibilityTimeout: 210",
            "VisibilityTimeout: 209",
            "count_test_sets: VisibilityTimeout is 209 s, must be",
        ),
        (
            "maxReceiveCount: 5",
            "maxReceiveCount: 4",
            "execute_test_configuration: maxReceiveCount is 4, must be",
        ),
        (
            "FunctionResponseTypes: [ReportBatchItemFailures]",
            "FunctionResponseTypes: []",
            "execute_test_configuration: FunctionResponseTypes must be [ReportBatchItemFailures]",
        ),
        (
            "postgres://task_execute_test:",
            "postgres://task_collect_results:",
            "execute_test: DATABASE_URL must log in as task_execute_test",
        ),
        (
            "CodeUri: functions/tasks/execute_test\n",
            "CodeUri: functions/api\n",
            "execute_test: CodeUri must be",
        ),
        (
            "              - !GetAtt CollectResultsQueue.Arn\n",
            "",
            "collect_results: SendTasks does not allow sending to CollectResultsQueue",
        ),
        ("-collect_results-dead", "-elsewhere", "collect_results: the dead-letter queue must be named"),
        (
            "FunctionName: !Ref CollectResultsFunction",
            "FunctionName: !Ref ExecuteTestFunction",
            "collect_results: no event source mapping joins CollectResultsQueue and",
        ),
    ] {
        let problems = problems_after(from, to).join("\n");
        assert!(problems.contains(said), "{from} → {to}: {problems}");
    }
}
