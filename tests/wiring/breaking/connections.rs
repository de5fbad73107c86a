use catalog::{Spec, TASKS};

use super::{altered, is_reported, said_of};
use crate::document::Document;
use crate::functions::{Function, all, of_type};
use crate::{ALARMS, MONITORING, TEMPLATE, problems_of, read};

/// For how many kinds the template's numbers leave room.
const KINDS: usize = 10;
const MORE: [&str; KINDS] = [
    "one_more_kind",
    "two_more_kinds",
    "three_more_kinds",
    "four_more_kinds",
    "five_more_kinds",
    "six_more_kinds",
    "seven_more_kinds",
    "eight_more_kinds",
    "nine_more_kinds",
    "ten_more_kinds",
];

const MAXIMUM: [&str; 4] = ["Mappings", "Database", "Connections", "Maximum"];

/// A function of a kind of which nothing is special: what a copied block would have to have.
fn ordinary(template: &Document) -> Function<'_> {
    let is_ordinary = |spec: &&Spec| settings::of(spec.kind) == settings::of("another");
    let kind = TASKS.iter().find(is_ordinary).unwrap().kind;
    all(template).into_iter().find(|function| function.name == kind).unwrap()
}

/// The path of the concurrency of every kind.
fn concurrencies(template: &Document) -> Vec<[&str; 5]> {
    let sources = of_type(template, "AWS::Lambda::EventSourceMapping");
    sources
        .filter(|(_, mapping)| mapping.at("ScalingConfig").get("MaximumConcurrency").is_some())
        .map(|(id, _)| ["Resources", id, "Properties", "ScalingConfig", "MaximumConcurrency"])
        .collect()
}

/// What is said of a template with so many kinds.
fn said_of_kinds(mut template: Document, more: &'static [&'static str]) -> Vec<String> {
    let [alarms, monitoring] = [ALARMS, MONITORING].map(|file| Document::parse(file, &read(file)));
    let (id, kind) = {
        let function = ordinary(&template);
        (function.id.trim_end_matches("Function").to_owned(), function.name.to_owned())
    };
    let mut specs = TASKS.to_vec();
    for &more in more {
        let as_id: String = more.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        template = template.with_another((&id, &kind), (&as_id, more));
        let mut spec = *TASKS.iter().find(|spec| spec.kind == kind).unwrap();
        spec.kind = more;
        specs.push(spec);
    }
    problems_of(&template, &alarms, &monitoring, &specs)
}

#[test]
fn ten_kinds_fit_into_the_template_and_the_database_as_they_are() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    let said = said_of_kinds(template, &MORE[..KINDS.saturating_sub(TASKS.len())]);
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn thirty_kinds_fit_into_the_next_class_with_the_numbers_that_are_said() {
    let names = (TASKS.len()..30).map(|number| &*format!("kind_{}", letters(number)).leak());
    let more: &'static [&'static str] = Vec::leak(names.collect());
    let template = || Document::parse(TEMPLATE, &read(TEMPLATE));
    let said = said_of_kinds(template(), more);
    let needed =
        said.iter().find_map(|it| it.split("or raise Maximum to ").nth(1)?.split(' ').next()?.parse().ok());
    let needed: u64 = needed.unwrap_or_else(|| panic!("{said:?}"));
    // What a db.t4g.small has by AWS's own formula: its 2 GiB, by 9,531,392 bytes.
    assert!(needed <= 2 * 1024 * 1024 * 1024 / 9_531_392, "{needed}");
    let with = |maximum: u64, alarm: u64| {
        let [.., section] = MAXIMUM;
        assert_eq!(section, "Maximum");
        let template = template().with(&MAXIMUM, Some(&maximum.to_string()));
        template.with(&["Mappings", "Database", "Connections", "Alarm"], Some(&alarm.to_string()))
    };
    assert_eq!(said_of_kinds(with(needed, needed * 4 / 5), more), Vec::<String>::new());
    let said = said_of_kinds(with(needed, needed * 4 / 5 - 1), more);
    assert!(said.iter().any(|it| it.contains("Alarm must be")), "{said:?}");
    let operating = read("docs/operating.md");
    assert!(operating.contains(&format!("| 30 | {needed} |")), "docs/operating.md does not say {needed}");
}

/// A number as letters, of which a kind's name may be.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

#[test]
fn a_lower_concurrency_is_nobodys_problem() {
    let mut template = Document::parse(TEMPLATE, &read(TEMPLATE));
    let paths: Vec<[String; 5]> =
        concurrencies(&template).into_iter().map(|path| path.map(str::to_owned)).collect();
    for path in &paths {
        // Lambda takes no less.
        template = template.with(&path.each_ref().map(String::as_str), Some("2"));
    }
    assert_eq!(said_of(&template), Vec::<String>::new());
}

#[test]
fn more_connections_than_the_database_has_room_for_are_reported_with_what_to_do() {
    let (said, line) = altered(&MAXIMUM, Some("40"));
    let said = said.join("\n");
    let begin = format!("{TEMPLATE}:{line}: the functions may open ");
    assert!(said.starts_with(&begin), "{said}");
    for part in [
        "connections, at most 32 may be: 80 % of Maximum",
        "api 1 × ",
        "Lower a MaximumConcurrency",
        "or raise Maximum to ",
        "docs/operating.md",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    for path in concurrencies(&template).iter().filter(|path| path[1] != "RelayEvents") {
        let (said, _) = altered(path, Some("1000"));
        let said = said.join("\n");
        assert!(said.contains("may open") && said.contains(" × 1000"), "{path:?}: {said}");
    }
}

#[test]
fn without_reserving_a_new_account_fits_into_the_database_too() {
    // Two for each of its tasks' environments, one for each of the rest: more than what is counted where `api` is reserved.
    let (said, line) = altered(&MAXIMUM, Some("84"));
    let begin = format!("{TEMPLATE}:{line}: where nothing is reserved, the functions of an account with 50 ");
    assert!(said.iter().any(|it| it.starts_with(&begin)), "{said:?}");
}

#[test]
fn what_is_reserved_without_a_condition_is_reported() {
    for (id, number) in [("ApiFunction", "20"), ("RelayFunction", "2"), ("MigrateFunction", "1")] {
        let path = ["Resources", id, "Properties", "ReservedConcurrentExecutions"];
        let said = format!(
            "{}: ReservedConcurrentExecutions must be behind the condition Reserves",
            id.trim_end_matches("Function").to_lowercase()
        );
        is_reported(&path, Some(number), &said);
    }
}
