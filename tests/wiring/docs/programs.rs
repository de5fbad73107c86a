use std::fs;

use super::sources::{Sources, words};
use crate::document::Document as Yaml;
use crate::functions::{name, of_type};
use crate::{ROOT, TEMPLATE};

const CARGO: [&str; 11] =
    ["build", "check", "clippy", "deny", "fetch", "fmt", "install", "run", "test", "tree", "update"];
const SAM: [&str; 5] = ["build", "deploy", "delete", "local", "validate"];

/// A command: what it sets for itself, the program, and what it is given.
pub(super) struct Typed<'a> {
    set: Vec<&'a str>,
    program: &'a str,
    given: Vec<&'a str>,
}

impl<'a> Typed<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.split_whitespace().peekable();
        let mut set = Vec::new();
        while let Some((name, _)) = parts.peek().and_then(|part| part.split_once('=')) {
            set.push(name);
            parts.next();
        }
        Some(Self { set, program: parts.next()?, given: parts.collect() })
    }

    /// What is given behind an option.
    fn behind(&self, options: &[&str]) -> impl Iterator<Item = &'a str> {
        self.given.windows(2).filter(|pair| options.contains(&pair[0])).map(|pair| pair[1])
    }
}

/// What is wrong with a command, if its program is one of those that are known.
pub(super) fn problems(typed: &Typed<'_>, sources: &Sources) -> Vec<String> {
    match typed.program {
        "make" => make(typed, sources),
        "cargo" => cargo(typed, sources),
        "python3" => python(typed, sources),
        "sam" => sam(typed),
        "aws" => aws(typed),
        "rhesis-tasks" => rhesis_tasks(typed, sources),
        _ => Vec::new(),
    }
}

/// The command line's own tests run what its documents show; this looks at the commands that other documents name.
fn rhesis_tasks(typed: &Typed<'_>, sources: &Sources) -> Vec<String> {
    let command = typed.given.first().copied().filter(|word| !word.starts_with('-')).unwrap_or("help");
    let known = sources.text("clients/cli/src/cli.rs").lines().any(|line| {
        let variant = line.trim().split('(').next().unwrap_or_default();
        line.trim().ends_with("),") && variant.to_lowercase() == command
    });
    let told = (!known && command != "help").then(|| format!("rhesis-tasks has no command {command}"));
    told.into_iter().collect()
}

fn make(typed: &Typed<'_>, sources: &Sources) -> Vec<String> {
    let makefile = sources.text("Makefile");
    let targets = makefile.lines().find_map(|line| line.strip_prefix(".PHONY:")).unwrap_or_default();
    let read = |variable: &str| {
        let read = [makefile].into_iter().chain(sources.texts("infra/local")).chain(sources.texts("bench"));
        read.flat_map(words).any(|word| word == variable)
    };
    let mut problems = Vec::new();
    for part in typed.set.iter().chain(&typed.given) {
        match part.split_once('=') {
            _ if typed.set.contains(part) && read(part) => {}
            Some((variable, _)) if read(variable) => {}
            Some((variable, _)) => problems.push(format!("make reads no {variable}")),
            None if typed.set.contains(part) => problems.push(format!("make reads no {part}")),
            None if part.starts_with('…') || targets.split_whitespace().any(|target| target == *part) => {}
            None => problems.push(format!("make has no target {part}")),
        }
    }
    problems
}

fn cargo(typed: &Typed<'_>, sources: &Sources) -> Vec<String> {
    let mut problems = Vec::new();
    let command = typed.given.first().copied().unwrap_or_default();
    if !CARGO.contains(&command) {
        problems.push(format!("cargo has no command {command}"));
    }
    let locked = fs::read_to_string(format!("{ROOT}/Cargo.lock")).unwrap();
    for package in typed.behind(&["-p", "--package"]) {
        let ours = sources.packages().any(|name| name == package);
        let updated = command == "update" && locked.contains(&format!("name = \"{package}\""));
        if !(ours || updated) {
            problems.push(format!("there is no package {package}"));
        }
    }
    for test in typed.behind(&["--test"]) {
        let declared = format!("[[test]]\nname = \"{test}\"");
        let (file, folder) = (format!("/tests/{test}.rs"), format!("/tests/{test}/main.rs"));
        let found = sources.paths.iter().any(|path| path.ends_with(&file) || path.ends_with(&folder));
        if !found && !sources.texts("").any(|text| text.contains(&declared)) {
            problems.push(format!("there is no test {test}"));
        }
    }
    problems
}

fn python(typed: &Typed<'_>, sources: &Sources) -> Vec<String> {
    let Some(file) = typed.given.first().filter(|file| file.ends_with(".py")) else { return Vec::new() };
    let text = sources.text(file);
    if text.is_empty() {
        return vec![format!("there is no {file}")];
    }
    let options = typed.given.iter().filter(|part| part.starts_with("--"));
    options
        .filter(|option| !text.contains(**option))
        .map(|option| format!("{file} knows no {option}"))
        .collect()
}

fn sam(typed: &Typed<'_>) -> Vec<String> {
    let template = Yaml::parse(TEMPLATE, &crate::read(TEMPLATE));
    let (parameters, resources) = (template.root().at("Parameters"), template.root().at("Resources"));
    let mut problems = Vec::new();
    let command = typed.given.first().copied().unwrap_or_default();
    if !SAM.contains(&command) {
        problems.push(format!("sam has no command {command}"));
    }
    let mut overrides = typed.given.iter().skip_while(|part| **part != "--parameter-overrides").skip(1);
    for (parameter, _) in overrides.by_ref().map_while(|part| part.split_once('=')) {
        if parameters.get(parameter).is_none() {
            problems.push(format!("template.yaml has no parameter {parameter}"));
        }
    }
    for function in typed.behind(&["invoke"]).filter(|function| resources.get(function).is_none()) {
        problems.push(format!("template.yaml has no {function}"));
    }
    problems
}

/// Names of functions and queues, as they are in a stack that is called `rhesis`.
fn aws(typed: &Typed<'_>) -> Vec<String> {
    let template = Yaml::parse(TEMPLATE, &crate::read(TEMPLATE));
    let named = [("AWS::Serverless::Function", "FunctionName"), ("AWS::SQS::Queue", "QueueName")];
    let names: Vec<&str> = named
        .iter()
        .flat_map(|(of, key)| of_type(&template, of).map(|(_, resource)| name(resource.at(key))))
        .collect();
    let asked = typed.behind(&["--function-name", "--queue-name"]);
    asked
        .filter_map(|asked| asked.strip_prefix("rhesis-"))
        .filter(|asked| !names.contains(asked))
        .map(|asked| format!("template.yaml has no rhesis-{asked}"))
        .collect()
}
