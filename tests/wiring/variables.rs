use std::fs;
use std::path::Path;

use settings::Setting;

use crate::ROOT;
use crate::document::{At, Document, Problem};
use crate::functions::all;

/// What is wrong between the variables of the template and what the functions read.
pub(crate) fn problems(template: &Document) -> Vec<Problem> {
    let common = template.root().at("Globals").at("Function").at("Environment").at("Variables");
    let mut problems = Vec::new();
    for function in all(template) {
        let own = function.properties.at("Environment").at("Variables");
        let set: Vec<(&str, At<'_>)> = common.entries().chain(own.entries()).collect();
        let list = settings::of(function.name);
        for (name, value) in &set {
            if !list.iter().any(|setting| setting.name() == *name && !setting.is_of_lambda()) {
                problems
                    .push(value.problem(format!("{}: sets {name}, which it does not read", function.name)));
            }
        }
        for setting in list.iter().filter(|setting| !setting.is_of_lambda()) {
            let value = set.iter().find(|(name, _)| *name == setting.name()).map(|(_, value)| *value);
            problems.extend(match value {
                None if setting.is_in_secret() => None,
                None => Some(own.problem(format!(
                    "{}: reads {}, which is not set",
                    function.name,
                    setting.name()
                ))),
                Some(value) => secret(*setting, value),
            });
        }
    }
    problems
}

/// What is wrong with a secret that is set elsewhere than in a local stack: in AWS it is in the secret of
/// `SETTINGS_SECRET_ARN`.
fn secret(setting: Setting, value: At<'_>) -> Option<Problem> {
    if setting == settings::DATABASE_URL {
        let password = value.items().get(1)?.at("Password");
        return (!only_local(password))
            .then(|| value.problem("DATABASE_URL: its password must be !If [Local, …, \"\"]"));
    }
    (setting.is_in_secret() && !only_local(value))
        .then(|| value.problem(format!("{}: must be !If [Local, …, \"\"]", setting.name())))
}

fn only_local(value: At<'_>) -> bool {
    let items = value.items();
    value.tag() == Some("If") && items.len() == 3 && items[0].text() == "Local" && items[2].text().is_empty()
}

/// Code that reads the environment past `shared/settings`, where no list would hold it.
pub(crate) fn reads_past_the_lists() -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut folders = vec![Path::new(ROOT).join("functions"), Path::new(ROOT).join("shared")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                if !["shared/settings", "shared/testing"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") && !name.contains("/tests/") {
                let text = fs::read_to_string(path).unwrap();
                let reads = text.lines().zip(1..).filter(|(line, _)| line.contains("env::var"));
                problems.extend(reads.map(|(_, line)| {
                    Problem(format!(
                        "{name}:{line}: reads the environment itself: give shared/settings a constant"
                    ))
                }));
            }
        }
    }
    problems
}
