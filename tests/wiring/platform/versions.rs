//! Whatever a parameter changes of a function reaches those who call it. They call the alias, which stays with its version until
//! another is published, and SAM publishes none for another value of a parameter.

use std::collections::BTreeSet;

use super::{every_text, is_reported};
use crate::document::{At, Document};
use crate::functions::of_type;
use crate::{TEMPLATE, read};

/// Properties of a function that its versions do not have: how it is built, released, called and limited, and its role.
const APART: [&str; 8] = [
    "CodeUri",
    "DeploymentPreference",
    "Events",
    "EventInvokeConfig",
    "FunctionName",
    "Policies",
    "ReservedConcurrentExecutions",
    "AutoPublishAlias",
];

fn problems(template: &Document) -> Vec<String> {
    let resources = template.root().at("Resources");
    let settings = resources.at("Migration").at("Properties").at("Settings");
    let told: BTreeSet<_> = settings.items().iter().flat_map(|it| parameters(template, *it)).collect();
    let globals = template.root().at("Globals").at("Function");
    let mut problems = Vec::new();
    if globals.at("AutoPublishAliasAllProperties").text() != "true" {
        problems.push(globals.problem("a version must be published for whatever changes").0);
    }
    for (id, function) in of_type(template, "AWS::Serverless::Function") {
        for (key, property) in globals.entries().chain(function.entries()) {
            if APART.contains(&key) {
                continue;
            }
            for name in parameters(template, property).difference(&told) {
                let said = format!("{id}: {name} must be among Migration's Settings");
                problems.push(property.problem(said).0);
            }
        }
        // migrate is called without an alias, and answers the digest.
        if id == "MigrateFunction" {
            continue;
        }
        for (key, said) in
            [("Description", "Settings ${Migration.Settings}"), ("VersionDescription", "Migration.Settings")]
        {
            let value = function.at(key);
            if value.text() != said {
                problems.push(value.problem(format!("{id}: {key} must have Migration's Settings")).0);
            }
        }
    }
    problems
}

/// The parameters on which a value depends, by itself, by conditions, or by what a nested stack makes of them; none that is a secret.
fn parameters<'a>(template: &'a Document, value: At<'a>) -> BTreeSet<&'a str> {
    let root = template.root();
    let mut found = BTreeSet::new();
    every_text(value, &mut Vec::new(), &mut |_, it| {
        let text = it.text();
        for (name, parameter) in root.at("Parameters").entries() {
            let named = text == name && it.tag() == Some("Ref") || text.contains(&format!("${{{name}}}"));
            if named && parameter.at("NoEcho").text() != "true" {
                found.insert(name);
            }
        }
        for (name, condition) in root.at("Conditions").entries() {
            if text == name {
                found.extend(parameters(template, condition));
            }
        }
        // An output of the stack that knows where the database is, and of the network, which is there or not.
        if it.tag() == Some("GetAtt") && text.starts_with("Database.Outputs.") {
            let stack = root.at("Resources").at("Database").at("Properties").at("Parameters");
            for key in ["Host", "Port", "Name", "SslMode", "PoolerHost", "PoolerPort", "OwnerSecretArn"] {
                found.extend(parameters(template, stack.at(key)));
            }
        }
    });
    found
}

#[test]
fn every_parameter_that_reaches_a_function_makes_new_versions() {
    assert_eq!(problems(&Document::parse(TEMPLATE, &read(TEMPLATE))), Vec::<String>::new());
}

#[test]
fn a_setting_that_the_alias_would_not_see_is_reported() {
    for (from, to, said) in [
        ("        - !Ref LogLevel\n", "", "ApiFunction: LogLevel must be among Migration's Settings"),
        ("        - !Ref DatabaseAuth\n", "", "ApiFunction: DatabaseAuth must be among Migration's Settings"),
        ("        - !Ref SubnetIds\n", "", "ApiFunction: SubnetIds must be among Migration's Settings"),
        ("        - !Ref JwtIssuer\n", "", "ApiFunction: JwtIssuer must be among Migration's Settings"),
        (
            "AutoPublishAliasAllProperties: true",
            "AutoPublishAliasAllProperties: false",
            "a version must be published for whatever changes",
        ),
        (
            "      VersionDescription: !GetAtt Migration.Settings\n",
            "",
            "ApiFunction: VersionDescription must have Migration's Settings",
        ),
        (
            "      Description: !Sub Settings ${Migration.Settings}\n",
            "      Description: api\n",
            "ApiFunction: Description must have Migration's Settings",
        ),
    ] {
        is_reported(problems, TEMPLATE, from, to, said);
    }
}
