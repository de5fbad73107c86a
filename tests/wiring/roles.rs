use std::collections::BTreeSet;

use crate::document::{At, Document, Problem};
use crate::functions::{Function, all, of_type};

/// What a function's role may do: action and resource, as the template writes them.
type Grant = (String, String);

/// What is wrong between what a function calls and what its role allows. Log lines, spans and network interfaces are the
/// platform's, which SAM adds.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    for function in all(template) {
        let policies = function.properties.at("Policies");
        let granted: Vec<(Grant, At<'_>)> =
            policies.items().into_iter().flat_map(|it| grants(template, it)).collect();
        let needed = needs(template, function);
        for (grant, at) in &granted {
            if !needed.contains(grant) {
                let (action, resource) = grant;
                problems.push(
                    at.problem(format!("{}: may {action} on {resource}, and never does", function.name)),
                );
            }
        }
        for need in needed {
            if granted.iter().all(|(grant, _)| *grant != need) {
                let (action, resource) = need;
                problems.push(
                    policies.problem(format!("{}: must be allowed {action} on {resource}", function.name)),
                );
            }
        }
    }
    problems
}

/// What a function calls. All that send may send to every kind: a task's end may start any other.
fn needs(template: &Document, function: Function<'_>) -> BTreeSet<Grant> {
    let mut needs = BTreeSet::new();
    let mut need = |action: &str, resource: &str| needs.insert((action.to_owned(), resource.to_owned()));
    let secret = "secretsmanager:GetSecretValue";
    need(secret, "LoginSecret");
    if settings::of(function.name).contains(&settings::SETTINGS_SECRET_ARN) {
        need(secret, "SettingsSecretArn");
    }
    if function.name == "migrate" {
        need(secret, "Database.Outputs.OwnerSecret");
        return needs;
    }
    let queues: Vec<_> = of_type(template, "AWS::SQS::Queue")
        .filter(|(_, queue)| !queue.at("QueueName").text().ends_with("-dead"))
        .collect();
    for (id, queue) in &queues {
        need("sqs:SendMessage", &format!("{id}.Arn"));
        if crate::functions::name(queue.at("QueueName")) == function.name {
            for action in ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] {
                need(action, &format!("{id}.Arn"));
            }
        }
    }
    let role = match function.name {
        "api" | "relay" => format!("tasks_{}", function.name),
        kind => format!("task_{kind}"),
    };
    need("rds-db:connect", &format!("${{Database.Outputs.Users}}/{role}"));
    needs
}

/// What a policy allows: a managed one by name, a statement, or either under a condition.
fn grants<'a>(template: &'a Document, policy: At<'a>) -> Vec<(Grant, At<'a>)> {
    match policy.tag() {
        Some("If") => policy.items()[1..].iter().flat_map(|branch| grants(template, *branch)).collect(),
        Some("Ref") if policy.text() == "AWS::NoValue" => Vec::new(),
        Some("Ref") => {
            let managed = template.root().at("Resources").at(policy.text()).at("Properties");
            statements(managed.at("PolicyDocument").at("Statement"))
        }
        _ => match policy.get("Statement") {
            Some(statement) => statements(statement),
            None => vec![((format!("the policy {}", policy.text()), "anything".into()), policy)],
        },
    }
}

fn statements(statements: At<'_>) -> Vec<(Grant, At<'_>)> {
    let mut grants = Vec::new();
    for statement in statements.items() {
        for action in statement.at("Action").items() {
            for resource in statement.at("Resource").items() {
                grants.push(((action.text().to_owned(), resource.text().to_owned()), resource));
            }
        }
    }
    grants
}
