use catalog::TASKS;

use crate::{ALARMS, MONITORING, TEMPLATE, problems, read};

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
fn a_number_or_a_switch_of_a_block_that_is_wrong_is_reported_with_its_line() {
    is_reported_at_its_line(
        TEMPLATE,
        &[
            (
                "      Timeout: 35",
                "      Timeout: 34",
                "count_test_sets: Timeout is 34 s, must be at least 35",
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
                "CodeUri: functions/tasks/execute_test\n",
                "CodeUri: functions/api\n",
                "execute_test: CodeUri must be",
            ),
            (
                "!GetAtt CollectResultsDeadLetterQueue.Arn",
                "!GetAtt ExecuteTestDeadLetterQueue.Arn",
                "collect_results: deadLetterTargetArn must be the queue",
            ),
            (
                "FunctionName: !Ref CollectResultsFunction.Alias",
                "FunctionName: !Ref CollectResultsFunction",
                "collect_results: FunctionName must be !Ref CollectResultsFunction.Alias",
            ),
        ],
    );
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
fn more_connections_than_the_database_has_room_for_are_reported_with_the_line_of_its_limit() {
    is_reported_at_its_line(
        TEMPLATE,
        &[("      Maximum: 100", "      Maximum: 60", "the functions may open")],
    );
    let said = broken(TEMPLATE, "{MaximumConcurrency: 10}", "{MaximumConcurrency: 20}").0.join("\n");
    assert!(said.contains("connections, at most 80 may be: 80 % of the database's"), "{said}");
    is_reported_at_its_line(
        TEMPLATE,
        &[(
            "      ScalingConfig: {MaximumConcurrency: 10}",
            "      ScalingConfig: {}",
            "execute_test: nothing limits its concurrency",
        )],
    );
}

#[test]
fn a_number_of_a_function_that_is_no_kind_is_reported_with_its_line() {
    is_reported_at_its_line(
        TEMPLATE,
        &[
            ("      Timeout: 29", "      Timeout: 30", "api: Timeout is 30, must be 25 to 29"),
            ("      Timeout: 29", "      Timeout: 20", "api: Timeout is 20, must be 25 to 29"),
            (
                "ReservedConcurrentExecutions: 20",
                "ReservedConcurrentExecutions: 1",
                "api: ReservedConcurrentExecutions is 1",
            ),
            ("      Timeout: 55", "      Timeout: 60", "relay: Timeout is 60, must be 30 to 59"),
            ("      Timeout: 55", "      Timeout: 5", "relay: Timeout is 5, must be 30 to 59"),
            (
                "ReservedConcurrentExecutions: 2\n      # It hands",
                "ReservedConcurrentExecutions: 1\n      # It hands",
                "relay: ReservedConcurrentExecutions is 1",
            ),
            (
                "VisibilityTimeout: 60",
                "VisibilityTimeout: 30",
                "relay: VisibilityTimeout of RelayQueue is 30",
            ),
            ("      Timeout: 300", "      Timeout: 1", "migrate: Timeout is 1, must be 120 to 900"),
            ("      Timeout: 300", "      Timeout: 1000", "migrate: Timeout is 1000, must be 120 to 900"),
            (
                "ServiceTimeout: 360",
                "ServiceTimeout: 300",
                "migrate: ServiceTimeout is 300, must be 330 to 3600",
            ),
            (
                "ReservedConcurrentExecutions: 1\n      # A new",
                "ReservedConcurrentExecutions: 2\n      # A new",
                "migrate: ReservedConcurrentExecutions is 2",
            ),
            ("    MemorySize: 256", "    MemorySize: 128", "api: MemorySize is 128, must be 256"),
        ],
    );
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
