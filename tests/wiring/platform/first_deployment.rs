//! `infra/first-deploy.sh`: what it names is there, and it stops at whatever is wrong.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::{DATABASE, names};
use crate::document::Document;
use crate::{ROOT, TEMPLATE, read};

const SCRIPT: &str = "infra/first-deploy.sh";
const STAND_INS: [&str; 4] = ["aws", "sam", "cargo", "curl"];

/// What the script names and the template does not have.
fn unknown(script: &str, template: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    let root = template.root();
    let words: Vec<&str> = script.split(|it: char| it.is_whitespace() || "\"'()|;".contains(it)).collect();
    for pair in words.windows(2).filter(|pair| ["output", "invoke"].contains(&pair[0])) {
        if pair[1].starts_with(|it: char| it.is_ascii_uppercase())
            && root.at("Outputs").get(pair[1]).is_none()
        {
            problems.push(format!("there is no output {}", pair[1]));
        }
    }
    for (name, _) in words.iter().filter_map(|word| word.split_once('=')) {
        let parameter = name.starts_with(|it: char| it.is_ascii_uppercase())
            && name.contains(|it: char| it.is_ascii_lowercase())
            && name.chars().all(char::is_alphanumeric);
        if parameter && root.at("Parameters").get(name).is_none() {
            problems.push(format!("there is no parameter {name}"));
        }
    }
    let named: Vec<String> = names::behind_the_stack(template);
    for name in words.iter().filter_map(|word| word.strip_prefix("$STACK")).filter(|name| name.len() > 1) {
        if !named.iter().any(|it| it == name) {
            problems.push(format!("nothing is named <stack>{name}"));
        }
    }
    problems
}

/// Runs the script with stand-ins; `broken` is a part of a command, what it then prints, and its status.
fn run(test: &str, given: &[&str], broken: (&str, &str, i32)) -> (Output, String) {
    let room = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("first-deployment-{test}"));
    let _ = fs::remove_dir_all(&room);
    fs::create_dir_all(&room).unwrap();
    for program in STAND_INS {
        symlink(format!("{ROOT}/tests/wiring/platform/stand_in.sh"), room.join(program)).unwrap();
    }
    let calls = room.join("calls");
    let output = Command::new("bash")
        .arg(format!("{ROOT}/{SCRIPT}"))
        .args(given)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", room.display()))
        .env("CALLS", &calls)
        .env("BREAK", broken.0)
        .env("SAY", broken.1)
        .env("STATUS", broken.2.to_string())
        .env("ALARM_PATIENCE", "0")
        .output()
        .unwrap();
    (output, fs::read_to_string(calls).unwrap_or_default())
}

const NOTHING: (&str, &str, i32) = ("", "", 0);

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

#[test]
fn all_that_the_first_deployment_names_is_in_the_templates() {
    let script = read(SCRIPT);
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    assert_eq!(unknown(&script, &template), Vec::<String>::new());
    let longest = format!("LONGEST_STACK_NAME={}\n", names::longest_stack_name());
    assert!(script.contains(&longest), "{SCRIPT} does not say {longest}");
    let database = Document::parse(DATABASE, &read(DATABASE));
    for id in ["Instance", "Cluster", "ClusterInstance"] {
        let properties = database.root().at("Resources").at(id).at("Properties");
        for (property, before) in [("Engine", "--engine "), ("DBInstanceClass", "--db-instance-class ")] {
            let given = properties.get(property).filter(|it| it.tag().is_none());
            let wanted = given.map(|it| format!("{before}{} ", it.text()));
            assert!(
                wanted.is_none_or(|it| script.contains(&it)),
                "{SCRIPT} asks for another {property} of {id}"
            );
        }
        if let Some(version) = properties.get("EngineVersion") {
            assert!(
                script.contains(&format!("'{}.'", version.text())),
                "{SCRIPT} asks for another version of {id}"
            );
        }
    }
    for (from, to, problem) in [
        ("output ApiUrl", "output ApiAddress", "there is no output ApiAddress"),
        ("invoke RelayFunctionName", "invoke Relay", "there is no output Relay"),
        ("GradualDeployment=false", "Gradual=false", "there is no parameter Gradual"),
        ("$STACK-sweep", "$STACK-sweeps", "nothing is named <stack>-sweeps"),
    ] {
        assert!(script.contains(from), "{from}");
        assert_eq!(unknown(&script.replace(from, to), &template), [problem]);
    }
}

#[test]
fn a_dry_run_prints_every_command_and_runs_none() {
    let (dry, calls) = run("dry", &["--dry-run", "DatabaseMode=aurora", "DatabaseAuth=iam"], NOTHING);
    let text = said(&dry);
    assert!(dry.status.success() && calls.is_empty(), "{text}{calls}");
    assert!(text.ends_with("Nothing was run.\n"), "{text}");
    assert!(text.contains("GradualDeployment=false DatabaseMode=aurora DatabaseAuth=iam\n"), "{text}");
    // The same commands as in earnest, but for what an account answers.
    let (earnest, calls) = run("earnest", &["DatabaseMode=aurora", "DatabaseAuth=iam"], NOTHING);
    assert!(earnest.status.success(), "{}", said(&earnest));
    assert!(said(&earnest).contains("steps are well"), "{}", said(&earnest));
    assert_eq!(text.lines().filter(|line| line.starts_with("$ ")).count(), calls.lines().count(), "{calls}");
    assert!(calls.lines().last().unwrap().ends_with("DatabaseProtection=true"), "{calls}");
}

#[test]
fn the_first_deployment_stops_at_whatever_is_wrong_and_says_what_to_do() {
    let long = "a".repeat(names::longest_stack_name() + 1);
    for (number, (given, broken, sentence)) in [
        (&["--stack", long.as_str()][..], NOTHING, "shorten it"),
        (&["--stack", "a_b"], NOTHING, "letters, digits and hyphens"),
        (&["DatabaseProtection=true"], NOTHING, "is set by the last step"),
        (&["ReserveConcurrency=true"], NOTHING, "needs 123: leave it out"),
        (&[], ("aws --version", "aws-cli/1.45", 0), "it is not the AWS command line 2"),
        (&[], ("get-caller-identity", "Unable to locate credentials", 253), "no credentials"),
        (&[], ("StackStatus", "ROLLBACK_COMPLETE", 0), "sam delete --stack-name rhesis, then again"),
        (&[], ("StackStatus", "DELETE_FAILED", 0), "What stays and what goes"),
        (&[], ("StackStatus", "AccessDenied", 254), "it cannot be asked"),
        (&["DatabaseMode=rds"], ("orderable", "", 0), "is not made here"),
        (&["DatabaseMode=rds"], ("describe-addresses", "5", 0), "all 5 are in use"),
        (&[], ("sam build", "", 1), "it does not build"),
        (&[], ("sam deploy", "", 1), "the last line above is the first failure"),
        (&[], ("list-stack-resources", "Logs CREATE_FAILED", 0), "these are not complete"),
        (&[], ("lambda invoke", "{\"FunctionError\": \"Unhandled\"}", 0), "it failed: sam logs"),
        (&[], ("curl", "502", 22), "it does not answer"),
        (&[], ("get-schedule", "DISABLED", 0), "the schedule is DISABLED"),
        (&[], ("event-source-mappings", "Disabled", 0), "its event source is Disabled"),
        (&[], ("get-queue-attributes", "3", 0), "3 dead letters already"),
        (&[], ("filter-log-events", "panicked", 0), "functions logged errors"),
        (&[], ("describe-alarms", "rhesis-api-5xx", 0), "these ring"),
        (&[], ("alarm-history", "Failed to execute action", 0), "nobody would hear of an alarm"),
        (&[], ("get-dashboard", "not found", 254), "there is no dashboard"),
        (&[], ("query-definitions", "2", 0), "2 saved queries, not 3"),
        (&[], ("get-resources", "arn:aws:sqs:x", 0), "these have no tag project"),
        (&[], ("get-alias", "7", 0), "it is still version 7"),
        (&[], ("'ApiUrl'", "None", 0), "the stack has no output ApiUrl"),
    ]
    .into_iter()
    .enumerate()
    {
        let (output, _) = run(&number.to_string(), given, broken);
        let text = said(&output);
        assert!(
            !output.status.success() && text.contains(sentence),
            "{broken:?}: not {sentence}, but {text}"
        );
    }
}
