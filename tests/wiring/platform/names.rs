//! Two stacks in one account and region, and how long a stack's name may be.

use catalog::TASKS;

use super::{FILES, is_reported};
use crate::document::{At, Document};
use crate::{TEMPLATE, read};

/// Names that somebody types or a metric's dimension needs, with AWS's limits of their letters.
const GIVEN: [(&str, &str, usize); 9] = [
    ("AWS::Serverless::Function", "FunctionName", 64),
    ("AWS::SQS::Queue", "QueueName", 80),
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::ApiGatewayV2::Api", "Name", 128),
    ("AWS::CloudWatch::Alarm", "AlarmName", 255),
    ("AWS::CloudWatch::Dashboard", "DashboardName", 255),
    ("AWS::Logs::QueryDefinition", "Name", 255),
    ("AWS::SNS::Topic", "TopicName", 256),
    ("AWS::ApiGatewayV2::Stage", "StageName", 128),
];
/// `EventBridge` Scheduler's limit of a schedule's name.
const SCHEDULE: usize = 64;
/// Names of no resource: of a metric, and of a database within its server.
const FIXED: [&str; 3] = ["MetricName", "DBName", "DatabaseName"];

/// A name as it is given: the type of what bears it, what stands before and behind the stack's name, its limit.
struct Name {
    of: String,
    around: String,
    limit: usize,
}

/// The names that a template gives, and what is wrong with them.
fn names(template: &Document) -> (Vec<Name>, Vec<String>) {
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    for (id, resource) in template.root().at("Resources").entries() {
        let (of, properties) = (resource.at("Type").text(), resource.at("Properties"));
        for (property, value) in properties.entries() {
            let is_name = property.ends_with("Name") || property.ends_with("Identifier");
            let known = GIVEN.iter().any(|(it, name, _)| *it == of && *name == property);
            // A Ref names another resource.
            if is_name && !known && !FIXED.contains(&property) && value.tag() != Some("Ref") {
                problems.push(value.problem(format!("{id}: leave {property} to CloudFormation")).0);
            }
        }
        let given = GIVEN.iter().filter(|(it, ..)| *it == of);
        let mut given: Vec<(At<'_>, usize)> =
            given.filter_map(|(_, property, limit)| Some((properties.get(property)?, *limit))).collect();
        for (_, event) in properties.at("Events").entries() {
            given.push((event.at("Properties").at("Name"), SCHEDULE));
        }
        for (value, limit) in given.into_iter().filter(|(value, _)| value.text() != "$default") {
            let text = value.text().replace("AWS::StackName", "Stack");
            let Some(around) = text
                .strip_prefix("${Stack}")
                .or_else(|| text.strip_prefix("/${Stack}"))
                .or_else(|| (value.tag() == Some("Ref")).then(|| text.strip_prefix("Stack")).flatten())
            else {
                problems.push(value.problem(format!("{id}: {text} would be the same in another stack")).0);
                continue;
            };
            let kinds = if around.contains("${Kind}") {
                TASKS.iter().map(|spec| spec.kind).collect()
            } else {
                vec![""]
            };
            for kind in kinds {
                names.push(Name { of: of.to_owned(), around: around.replace("${Kind}", kind), limit });
            }
        }
    }
    (names, problems)
}

/// How long the stack's name may be, so that all others fit.
pub(super) fn longest_stack_name() -> usize {
    let names = FILES.iter().flat_map(|file| names(&Document::parse(file, &read(file))).0);
    names.map(|name| name.limit - name.around.len()).min().unwrap()
}

/// What stands behind the stack's name in the names that a template gives.
pub(super) fn behind_the_stack(template: &Document) -> Vec<String> {
    names(template).0.into_iter().map(|name| name.around).collect()
}

#[test]
fn two_stacks_of_one_account_and_region_have_no_name_in_common() {
    for file in FILES {
        let (names, problems) = names(&Document::parse(file, &read(file)));
        assert_eq!(problems, Vec::<String>::new());
        // Neither do `rhesis` and `rhesis-x`: no name of the one is one of the other.
        for (one, other) in names.iter().flat_map(|one| names.iter().map(move |other| (one, other))) {
            let between = one
                .around
                .strip_suffix(&other.around)
                .filter(|_| one.of == other.of && !other.around.is_empty());
            let between = between.and_then(|it| it.strip_prefix('-')).unwrap_or_default();
            let may_be_of_a_stack = between.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
            assert!(
                between.is_empty() || !may_be_of_a_stack,
                "{file}: the stacks x and x-{between} both have an {} x{}",
                one.of,
                one.around
            );
        }
    }
}

#[test]
fn names_that_two_stacks_would_share_are_reported() {
    for (from, to, said) in [
        (
            "QueueName: !Sub ${AWS::StackName}-relay\n",
            "QueueName: relay\n",
            "relay would be the same in another stack",
        ),
        ("Name: !Sub ${AWS::StackName}-sweep", "Name: sweep", "sweep would be the same in another stack"),
        (
            "      Description: Read the password",
            "      ManagedPolicyName: Read\n      Description: Read the password",
            "leave ManagedPolicyName to CloudFormation",
        ),
        (
            "    Type: AWS::SecretsManager::Secret\n    Condition: SecretLogin\n    Properties:\n",
            "    Type: AWS::SecretsManager::Secret\n    Condition: SecretLogin\n    Properties:\n      Name: !Sub ${AWS::StackName}-login\n",
            "leave Name to CloudFormation",
        ),
    ] {
        is_reported(|template| names(template).1, TEMPLATE, from, to, said);
    }
}

#[test]
fn the_longest_name_of_a_stack_is_what_the_documents_and_the_first_deployment_say() {
    let longest = longest_stack_name();
    let said = format!("at most {longest} letters");
    assert!(read("docs/deploying.md").contains(&said), "docs/deploying.md does not say: {said}");
}
