//! Templates that are wrong are reported, with the line and what to do. Where a number or a kind is concerned, they are
//! made of the template's own blocks, whatever those say: who adds a kind or turns a number breaks nothing here.

mod blocks;
mod connections;
mod numbers;

use catalog::TASKS;

use crate::document::{At, Document};
use crate::{ALARMS, MONITORING, TEMPLATE, problems, problems_of, read};

/// What a template says after `from` is replaced by `to`, and the line where that is.
fn broken(file: &str, from: &str, to: &str) -> (Vec<String>, usize) {
    let text = read(file);
    let start = text.find(from).unwrap_or_else(|| panic!("{from} is not in {file}"));
    let same = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
    let line = text[..start + same].lines().count().max(1);
    let text = text.replacen(from, to, 1);
    let problems = problems(|name| if name == file { text.clone() } else { read(name) }, TASKS);
    (problems, line)
}

/// The template with another value at a path, or without it; what is said then, and the line where it was.
fn altered(path: &[&str], value: Option<&str>) -> (Vec<String>, usize) {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    let line = path.iter().fold(template.root(), |at: At<'_>, key| at.at(key)).line();
    (said_of(&template.with(path, value)), line)
}

/// What is said of a template.
fn said_of(template: &Document) -> Vec<String> {
    let [alarms, monitoring] = [ALARMS, MONITORING].map(|file| Document::parse(file, &read(file)));
    problems_of(template, &alarms, &monitoring, TASKS)
}

/// That a value at a path is reported with its line.
#[track_caller]
fn is_reported(path: &[&str], value: Option<&str>, said: &str) {
    let (problems, line) = altered(path, value);
    let wanted = format!("{TEMPLATE}:{line}: {said}");
    assert!(problems.iter().any(|it| it.starts_with(&wanted)), "{path:?}: not {wanted}, but {problems:#?}");
}

fn is_reported_at_its_line(file: &str, cases: &[(&str, &str, &str)]) {
    for (from, to, said) in cases {
        let (problems, line) = broken(file, from, to);
        let wanted = format!("{file}:{line}: {said}");
        assert!(
            problems.iter().any(|it| it.starts_with(&wanted)),
            "{from} → {to}: not {wanted}, but {problems:#?}"
        );
    }
}

#[test]
fn a_variable_that_is_missing_foreign_or_secret_is_reported_with_its_line() {
    is_reported_at_its_line(
        TEMPLATE,
        &[
            (
                "          JWT_ISSUER: !Ref JwtIssuer",
                "          JWT_ISSUERS: !Ref JwtIssuer",
                "api: sets JWT_ISSUERS, which it does not read",
            ),
            (
                "        LOG_LEVEL: !Ref LogLevel",
                "        QUEUE_URL_PREFIX: !Ref LogLevel",
                "migrate: sets QUEUE_URL_PREFIX, which it does not read",
            ),
            (
                "DB_ENCRYPTION_KEY: !If [Local, !Ref EncryptionKey, \"\"]",
                "DB_ENCRYPTION_KEY: !Ref EncryptionKey",
                "DB_ENCRYPTION_KEY: must be !If [Local, …, \"\"]",
            ),
        ],
    );
    for (from, to, said) in [
        ("          JWT_ISSUER: !Ref JwtIssuer\n", "", "api: reads JWT_ISSUER, which is not set"),
        ("        LOG_LEVEL: !Ref LogLevel\n", "", "relay: reads LOG_LEVEL, which is not set"),
        (
            "Password: !If [Local, !Sub \":${DatabasePassword}\", \"\"]",
            "Password: !Sub \":${DatabasePassword}\"",
            "DATABASE_URL: its password must be !If [Local, …, \"\"]",
        ),
        (
            "postgres://task_execute_test$",
            "postgres://task_collect_results$",
            "execute_test: DATABASE_URL must log in as",
        ),
    ] {
        let said_now = broken(TEMPLATE, from, to).0.join("\n");
        assert!(
            said_now.contains(said) && said_now.starts_with("template.yaml:"),
            "{from} → {to}: {said_now}"
        );
    }
}

#[test]
fn a_role_that_may_too_much_or_too_little_is_reported_with_its_line() {
    is_reported_at_its_line(
        TEMPLATE,
        &[
            (
                "Resource: !GetAtt CollectResultsQueue.Arn",
                "Resource: !GetAtt ExecuteTestQueue.Arn",
                "collect_results: may sqs:ReceiveMessage on ExecuteTestQueue.Arn, and never does",
            ),
            (
                "Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]\n            Resource: !GetAtt CountTestSetsQueue.Arn",
                "Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]\n            Resource: \"*\"",
                "count_test_sets: may sqs:ReceiveMessage on *, and never does",
            ),
            (
                "${Database.Outputs.Users}/tasks_relay",
                "${Database.Outputs.Users}/*",
                "relay: may rds-db:connect on ${Database.Outputs.Users}/*, and never does",
            ),
        ],
    );
    let (problems, _) = broken(TEMPLATE, "              - !GetAtt CollectResultsQueue.Arn\n", "");
    let said = problems.join("\n");
    assert!(said.contains("relay: must be allowed sqs:SendMessage on CollectResultsQueue.Arn"), "{said}");
}

#[test]
fn a_queue_without_an_alarm_is_reported_with_its_line() {
    is_reported_at_its_line(
        TEMPLATE,
        &[("Kind: execute_test,", "Kind: execute_tests,", "execute_tests: has alarms but no contract")],
    );
    is_reported_at_its_line(
        ALARMS,
        &[("      AlarmActions: [!Ref Topic]", "      AlarmActions: []", "DeadLetters: tells nobody")],
    );
    for (file, from, to, said) in [
        (
            TEMPLATE,
            "Kind: execute_test,",
            "Kind: execute_tests,",
            "execute_test: no alarm watches it: add a stack of",
        ),
        (
            ALARMS,
            "${Stack}-${Kind}-dead\"",
            "${Stack}-${Kind}\"",
            "no alarm watches ApproximateNumberOfMessagesVisible of",
        ),
        (
            MONITORING,
            "MetricName: outbox_lag_seconds",
            "MetricName: outbox_lag",
            "no alarm watches outbox_lag_seconds",
        ),
    ] {
        let said_now = broken(file, from, to).0.join("\n");
        assert!(said_now.contains(said) && said_now.starts_with(file), "{from} → {to}: {said_now}");
    }
}
