use rhesis::programs::{Allowance, BadProgram, Path, Unsearchable};
use serde_json::{Value, json};

use super::{in_a_small_stack, limit};

fn read(path: String) -> Result<(), BadProgram> {
    in_a_small_stack(move || Path::read(&path).map(drop))
}

fn found(path: &str, answer: &Value) -> Result<usize, &'static str> {
    let path = Path::read(path).map_err(|why| limit(&why))?;
    let answer = answer.to_string();
    let allowance = Allowance::default();
    let searched = allowance.search(serde_json::from_str(&answer).unwrap());
    match path.all(&searched) {
        Ok(found) => Ok(found.len()),
        Err(Unsearchable::TooMuch(much)) => Err(much.0.name),
        Err(unparsable) => panic!("{unparsable}"),
    }
}

#[test]
fn brackets_and_filters_in_one_another_are_counted_before_the_parser_sees_them() {
    for (before, inner, after, expected) in [
        ("[?", "", "", "PATH_FILTERS"),
        ("[?@", ".a", "]", "PATH_FILTERS"),
        ("[?!@", ".a", "]", "PATH_FILTERS"),
        ("[?(@", ".a", ")]", "PATH_FILTERS"),
        ("[?$", ".a", "]", "PATH_FILTERS"),
        ("[?@.x == 1 && @", ".a", "]", "PATH_FILTERS"),
        ("[0, ?@", ".a", "]", "PATH_FILTERS"),
        ("[?count(@", ".a", ")>1]", "PATH_FILTERS"),
        ("[?length(value(", "@.a", "))>1]", "PATH_FILTERS"),
    ] {
        for many in [3, 18, 100] {
            let path = format!("${}{inner}{}", before.repeat(many), after.repeat(many));
            assert_eq!(read(path).map_err(|why| limit(&why)), Err(expected), "{before} {many}");
        }
    }
    for many in [20, 200, 900] {
        let path = format!("$[?{}@.a{}]", "(".repeat(many), ")".repeat(many));
        assert_eq!(limit(&read(path).unwrap_err()), "PATH_NESTING");
    }
    assert_eq!(limit(&read(format!("$[?{}", "(".repeat(20_000))).unwrap_err()), "PATH_LENGTH");
    for (part, many) in [(".a", 65), ("..a", 65), ("[0]", 65), (".*", 65), ("[?@.a]", 40), ("[1:2:1]", 65)] {
        assert_eq!(limit(&read(format!("${}", part.repeat(many))).unwrap_err()), "PATH_SEGMENTS", "{part}");
    }
    assert_eq!(limit(&read(format!("$[{}]", "*,".repeat(70) + "*")).unwrap_err()), "PATH_SEGMENTS");
}

#[test]
fn functions_that_make_regular_expressions_of_an_answer_are_refused_by_name() {
    for path in ["$[?match(@.a, 'a{1000}')]", "$[?search(@.a, $.b)]", "$[?!match (@.a, @.b)]"] {
        let why = read(path.to_owned()).unwrap_err();
        assert!(
            matches!(&why, BadProgram::Invalid(why) if why.contains("match()") || why.contains("search()")),
            "{path}"
        );
    }
    assert!(read("$[?@.a == 'match(x)']".to_owned()).is_ok(), "in a text they are words");
}

#[test]
fn what_a_path_may_cost_on_an_answer_is_known_before_it_searches() {
    let wide = json!((0..20_000).map(|i| json!({"a": i, "b": [i, i]})).collect::<Vec<_>>());
    for path in [
        "$[*,*,*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*,*,*][*,*,*,*,*,*,*,*,*,*]",
        "$..*..*..*..*",
        "$[?@.a == $..a]['a']",
        "$[?count($..*) > 1]",
        "$..[?@.b[?@ == $[0].a]]",
        "$[0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1,0:99999:1][*,*,*,*,*,*,*]",
    ] {
        let outcome = found(path, &wide);
        // What compares with many values is not even a path.
        assert!(matches!(outcome, Err("PATH_STEPS" | "none")), "{path}: {outcome:?}");
    }
    for (path, many) in [
        ("$[*].a", 20_000),
        ("$..a", 20_000),
        ("$[?@.a > 19990].b[*]", 18),
        ("$[19999].b[1]", 1),
        ("$[::2].a", 10_000),
        ("$[-1:].a", 1),
        ("$[?@.b[?@ == 7]]", 1),
        ("$[0,1,2]['a','b']", 6),
        ("$..b[0]", 20_000),
    ] {
        assert_eq!(found(path, &wide), Ok(many), "{path}");
    }
    let deep = (0..120).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(
        found("$..*..*..*..*..*", &deep),
        Err("PATH_STEPS"),
        "each is found below each of its parents"
    );
    assert_eq!(found("$..*..*", &deep), Ok(120 * 119 / 2));
}

#[test]
fn all_paths_of_an_endpoint_share_what_they_may_cost() {
    let answer = json!((0..50_000).collect::<Vec<_>>()).to_string();
    let answer = serde_json::from_str(&answer).unwrap();
    let allowance = Allowance::default();
    let path = Path::read("$..*").unwrap();
    let times = (0..1_000).take_while(|_| path.first(&allowance.search(answer)).is_ok()).count();
    assert!((10..100).contains(&times), "{times}");
    let kept = (0..1_000).take_while(|_| allowance.keep(1_000_000).is_ok()).count();
    assert_eq!(kept, 4);
}

#[test]
fn an_answer_is_parsed_only_if_a_path_needs_it_and_only_if_it_is_not_too_heavy() {
    let heavy = format!(r#"{{"items": [{}0], "said": "hi"}}"#, r#"{"":1},"#.repeat(290_000));
    let heavy = serde_json::from_str(&heavy).unwrap();
    let first = |path: &str| {
        let allowance = Allowance::default();
        let found = Path::read(path).unwrap().first(&allowance.search(heavy));
        found.map(|found| found.map(|json| json.get().to_owned()))
    };
    assert_eq!(first("$.said").unwrap().as_deref(), Some("\"hi\""));
    assert_eq!(first("$['items'][289999]").unwrap().as_deref(), Some(r#"{"":1}"#));
    assert!(matches!(first("$.items[*]"), Err(Unsearchable::TooMuch(much)) if much.0.name == "PARSED_SIZE"));
}

#[test]
fn what_is_nested_deeper_than_a_parser_goes_is_found_by_a_path_that_needs_none() {
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = serde_json::from_str(&deep).unwrap();
    let allowance = Allowance::default();
    assert!(Path::read("$.a").unwrap().first(&allowance.search(deep)).unwrap().is_some());
    let error = Path::read("$..a").unwrap().first(&allowance.search(deep)).unwrap_err();
    assert!(matches!(error, Unsearchable::Unparsable { line: 1, .. }), "{error}");
}
