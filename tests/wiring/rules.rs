use std::collections::BTreeMap;

use crate::document::{At, Document};
use crate::{TEMPLATE, read};

/// The sentences that the deployment refuses these parameters with, before it makes anything; the rest are defaults.
fn refusals(template: &Document, given: &[(&str, &str)]) -> Vec<String> {
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    for (name, parameter) in template.root().at("Parameters").entries() {
        values.insert(name, parameter.at("Default").text().to_owned());
    }
    for (name, value) in given {
        assert!(values.insert(name, (*value).to_owned()).is_some(), "there is no parameter {name}");
    }
    let mut refusals = Vec::new();
    for (_, rule) in template.root().at("Rules").entries() {
        if rule.get("RuleCondition").is_some_and(|condition| !holds(condition, &values)) {
            continue;
        }
        for assertion in rule.at("Assertions").items() {
            if !holds(assertion.at("Assert"), &values) {
                refusals.push(assertion.at("AssertDescription").text().to_owned());
            }
        }
    }
    refusals
}

/// The functions that the Rules section knows, as far as ours uses them.
fn holds(condition: At<'_>, values: &BTreeMap<&str, String>) -> bool {
    let arguments = condition.items();
    match condition.tag() {
        Some("Equals") => text(arguments[0], values) == text(arguments[1], values),
        Some("Not") => !holds(arguments[0], values),
        Some("And") => arguments.iter().all(|it| holds(*it, values)),
        Some("Or") => arguments.iter().any(|it| holds(*it, values)),
        other => panic!("{}", condition.problem(format!("Rules know no {other:?}"))),
    }
}

fn text(value: At<'_>, values: &BTreeMap<&str, String>) -> String {
    match value.tag() {
        Some("Ref") => values[value.text()].clone(),
        _ => value.text().to_owned(),
    }
}

const EXISTING: [(&str, &str); 2] =
    [("DatabaseHost", "db.example.org"), ("DatabaseOwnerSecretArn", "arn:aws:secretsmanager:…")];
const LOCAL: [(&str, &str); 5] = [
    ("LocalStack", "true"),
    ("DatabaseAuth", "password"),
    ("DatabaseHost", "127.0.0.1"),
    ("DatabasePassword", "0123456789abcdef"),
    ("DatabaseSslMode", "disable"),
];

#[test]
fn parameters_that_make_sense_together_are_taken() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    let own = [("DatabaseMode", "aurora"), ("DatabaseAuth", "iam")];
    let vpc = [("SubnetIds", "subnet-1,subnet-2"), ("SecurityGroupIds", "sg-1")];
    for given in [&EXISTING[..], &LOCAL, &own, &[("DatabaseMode", "rds")], &[&EXISTING[..], &vpc].concat()] {
        assert_eq!(refusals(&template, given), Vec::<String>::new(), "{given:?}");
    }
}

#[test]
fn each_contradiction_is_refused_with_a_sentence_that_names_the_parameter() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    for (base, more, said) in [
        (&[][..], &[][..], "DatabaseMode=existing needs DatabaseHost"),
        (&[], &[("DatabaseHost", "x")], "DatabaseMode=existing needs DatabaseOwnerSecretArn"),
        (
            &EXISTING,
            &[("DatabaseAuth", "iam")],
            "DatabaseAuth=iam with DatabaseMode=existing needs DatabaseResourceId",
        ),
        (&EXISTING, &[("DatabaseAuth", "password")], "DatabaseAuth=password is for a local stack"),
        (
            &EXISTING,
            &[("DatabaseSslMode", "require")],
            "DatabaseSslMode other than verify-full is for a local stack",
        ),
        (&EXISTING, &[("DatabasePassword", "0123456789abcdef")], "DatabasePassword is for a local stack"),
        (&EXISTING, &[("DatabaseOwnerPassword", "x")], "DatabaseOwnerPassword is for a local stack"),
        (&EXISTING, &[("EncryptionKey", "x")], "EncryptionKey is for a local stack"),
        (&LOCAL, &[("DatabaseAuth", "secret")], "LocalStack=true needs DatabaseAuth=password"),
        (&LOCAL, &[("DatabasePassword", "")], "LocalStack=true needs DatabasePassword."),
        (
            &EXISTING,
            &[("DatabaseMode", "rds")],
            "DatabaseHost, DatabaseResourceId and DatabaseOwnerSecretArn are for",
        ),
        (
            &[("DatabaseMode", "aurora")],
            &[("SubnetIds", "subnet-1"), ("SecurityGroupIds", "sg-1")],
            "SubnetIds and SecurityGroupIds are for",
        ),
        (
            &[("DatabaseMode", "aurora")],
            &[("DatabaseOwner", "me")],
            "DatabaseOwner is for DatabaseMode=existing",
        ),
        (
            &[("DatabaseMode", "rds")],
            &[("DatabaseName", "mine")],
            "DatabaseName is for DatabaseMode=existing",
        ),
        (&LOCAL, &[("GradualDeployment", "true")], "LocalStack=true needs GradualDeployment=false"),
        (&EXISTING, &[("SubnetIds", "subnet-1")], "SubnetIds and SecurityGroupIds need each other"),
        (&EXISTING, &[("DatabasePooler", "transaction")], "DatabasePooler=transaction needs PoolerHost"),
        (
            &[("DatabaseMode", "rds")],
            &[("DatabaseAuth", "iam"), ("DatabasePooler", "transaction"), ("PoolerHost", "p")],
            "DatabasePooler=transaction cannot pass IAM tokens on",
        ),
        (
            &EXISTING,
            &[("DatabaseSleeps", "true"), ("DatabasePooler", "transaction"), ("PoolerHost", "p")],
            "DatabaseSleeps=true needs DatabasePooler=none",
        ),
        (&EXISTING, &[("PoolerHost", "p")], "PoolerHost needs DatabasePooler=transaction"),
        (
            &EXISTING,
            &[("JwtIssuer", "https://i"), ("JwtJwksUrl", "https://i/jwks")],
            "JwtIssuer needs JwtAudience",
        ),
    ] {
        let refusals = refusals(&template, &[base, more].concat());
        assert!(
            refusals.iter().any(|it| it.starts_with(said)),
            "{base:?} {more:?}: not {said}, but {refusals:?}"
        );
    }
}

#[test]
fn every_rule_says_what_to_do_and_no_parameter_makes_a_stack_in_aws_local() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    for (name, rule) in template.root().at("Rules").entries() {
        for assertion in rule.at("Assertions").items() {
            assert!(assertion.at("AssertDescription").text().ends_with('.'), "{name} has no sentence");
        }
    }
    let conditions = template.root().at("Conditions");
    let local = conditions.at("Local");
    assert_eq!((local.tag(), local.items()[1].text()), (Some("And"), "Emulator"));
    for account in conditions.at("Emulator").items() {
        // Real ones have twelve digits, and not this one.
        let [left, right] = account.items()[..] else { panic!("Equals takes two") };
        assert_eq!((left.tag(), left.text()), (Some("Ref"), "AWS::AccountId"));
        assert!(["000000000000", "AWS::AccountId"].contains(&right.text()), "{}", right.text());
    }
}
