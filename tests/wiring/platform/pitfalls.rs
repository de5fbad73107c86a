//! What CloudFormation and SAM are known to do otherwise than a template seems to say.

use super::{DATABASE, FILES, is_reported};
use crate::document::Document;
use crate::{TEMPLATE, read};

fn problems(template: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    let parameters = template.root().at("Parameters");
    for (name, parameter) in parameters.entries() {
        let list = parameter.at("Type");
        if list.text().contains("List") {
            problems
                .push(list.problem(format!("{name}: an empty list has no first; take a String and Split")).0);
        }
    }
    let preference = template.root().at("Globals").at("Function").at("DeploymentPreference");
    if let Some(enabled) = preference.get("Enabled") {
        let allowed: Vec<_> =
            parameters.at(enabled.text()).at("AllowedValues").items().iter().map(|it| it.text()).collect();
        if enabled.tag() != Some("Ref") || allowed != ["true", "false"] {
            problems.push(enabled.problem("Enabled must be a Ref to a parameter of true or false").0);
        }
        let alarms = preference.at("Alarms");
        if alarms.tag().is_some() || alarms.items().iter().any(|it| it.tag() != Some("GetAtt")) {
            problems.push(alarms.problem("Alarms must be a list of outputs").0);
        }
    }
    for (id, resource) in template.root().at("Resources").entries() {
        let protection = resource.at("Properties").at("DeletionProtection");
        if !protection.text().is_empty() && protection.tag() != Some("Ref") {
            problems.push(
                protection.problem(format!("{id}: protected at once, a first deployment cannot go back")).0,
            );
        }
    }
    problems
}

#[test]
fn no_template_has_a_form_that_is_known_to_fail() {
    for file in FILES {
        assert_eq!(problems(&Document::parse(file, &read(file))), Vec::<String>::new());
    }
    // The first deployment, that of the defaults, protects nothing.
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    assert_eq!(template.root().at("Parameters").at("DatabaseProtection").at("Default").text(), "false");
}

#[test]
fn forms_that_are_known_to_fail_are_reported() {
    for (file, from, to, said) in [
        (
            TEMPLATE,
            "  SubnetIds:\n    Type: String",
            "  SubnetIds:\n    Type: CommaDelimitedList",
            "take a String and Split",
        ),
        (
            TEMPLATE,
            "Enabled: !Ref GradualDeployment",
            "Enabled: !If [Cloud, true, false]",
            "of true or false",
        ),
        (TEMPLATE, "Enabled: !Ref GradualDeployment", "Enabled: !Ref DeploymentType", "of true or false"),
        (TEMPLATE, "Alarms: [", "Alarms: !If [", "must be a list of outputs"),
        (DATABASE, "DeletionProtection: !Ref Protected", "DeletionProtection: true", "cannot go back"),
    ] {
        is_reported(problems, file, from, to, said);
    }
}
