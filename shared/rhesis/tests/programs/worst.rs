//! What filters and operators make at most is paid for before they make it: hostile ones run in a process with little memory.

use std::time::{Duration, Instant};

use rhesis::programs::BadProgram;
use serde_json::json;

use super::limit;
use super::templates::rendered;

/// What the process may have, in bytes: `TEMPLATE_MEMORY` as often as a growing text may be there, and the stack of a program.
const ROOM: u32 = 96_000_000;

/// A template that makes one thing of a large value, which is small once it is written.
const HOSTILE: [&str; 40] = [
    r#"{% set a = "a"*200000 %}{% set b = "b"*900 %}{{ (a|replace("a", b))|length }}{{ input }}"#,
    "{{ ('a' * 2000000)|replace('', 'b' * 32)|length }}",
    "{{ ('a' * 2000000)|replace('aa', 'b' * 60)|length }}",
    "{{ ('é' * 900000)|replace('é', 'b' * 99)|length }}",
    "{{ (1111111111111111111111|string * 100000)|replace(1, 'b' * 30)|length }}",
    "{{ (['\u{1}' * 1000000] * 2)|replace('0', 'b' * 900)|length }}",
    "{{ (['a'] * 9000)|replace(nothing, 'b' * 900)|length }}",
    "{{ (range(9000)|list)|join('b' * 90000)|length }}",
    "{{ (range(9000)|list)|join(d='b' * 90000)|length }}",
    "{{ (range(9000)|list)|join(['b' * 9000])|length }}",
    "{% set d = dict(a=1, b=2, c=3, e=4, f=5, g=6, h=7, i=8) %}{{ d|items|join('b' * 7000000)|length }}",
    "{{ ([['\u{1}' * 100000]] * 10)|join|length }}",
    "{{ ('a' * 100000)|join('b' * 1000)|length }}",
    "{{ ([[5e-324] * 9000])|string|length }}",
    "{{ ([5e-324] * 9000)|join|length }}",
    "{{ ([['\u{7f}' * 2000000]])|upper|length }}",
    "{{ ([['\u{7f}' * 2000000]])|string|length }}",
    "{{ ([['\u{7f}' * 2000000]])|trim|length }}",
    "{{ ([['\u{7f}' * 1300000]])|escape|length }}",
    "{{ ('\u{390}' * 1000000)|upper|length }}",
    "{{ ('\n' * 1000000)|indent(64, true, true)|length }}",
    "{{ input|indent(18446744073709551615) }}",
    "{{ input|indent(width=170141183460469231731687303715884105727) }}",
    "{{ [input]|tojson(18446744073709551615) }}",
    "{{ ('<' * 2000000)|tojson|length }}",
    "{{ ('\"' * 2000000)|escape|length }}",
    "{{ ('a,' * 900000)|split(',')|length }}",
    "{{ ('a' * 900000)|split('')|length }}",
    "{{ ('a\n' * 900000)|lines|length }}",
    "{{ ('a' * 900000)|list|length }}",
    "{{ ('ab' * 2000000)[::-1]|length }}",
    "{{ ('ab' * 2000000)[::2]|length }}",
    "{{ ([{'a': 1}] * 2000)|sort(attribute='a,' * 50000)|length }}",
    "{{ ([{'a': 'A' * 20000}] * 5)|sort(attribute='a,' * 9000)|length }}",
    "{{ ([[1]] * 20000)|sum(start=[])|length }}",
    "{{ (['a' * 100] * 20000)|sum(start='')|length }}",
    "{{ (['a' * 100] * 20000)|sum(nothing, '')|length }}",
    "{{ ([1] * 5000)|max(attribute='a' * 1000000) }}",
    "{% set x = 'a' * 4000000 %}{% for i in range(20000) %}{% if x[3999999] %}{% endif %}{% endfor %}",
    "{% set x = 'a' * 4000000 %}{% for i in range(20000) %}{% if x[-1] %}{% endif %}{% endfor %}",
];

#[test]
fn nothing_makes_more_than_it_pays_for() {
    super::with_little_memory(ROOM, "worst::hostile_ones_one_after_the_other");
}

#[test]
#[ignore = "for the process with little memory"]
fn hostile_ones_one_after_the_other() {
    for template in HOSTILE {
        println!("{template}");
        let began = Instant::now();
        let done = rendered(json!(template), "some words of a prompt");
        let took = began.elapsed();
        println!("    {took:?}: {done:?}");
        assert!(took < Duration::from_secs(5), "{template}: {took:?}");
    }
}

#[test]
fn a_long_prompt_goes_through_every_filter_for_texts() {
    let long = "some words, \"quoted\"\n".repeat(12_000);
    for filter in [
        "replace('\"', \"'\")",
        "replace('some words', 'w')",
        "trim",
        "trim('\n')",
        "upper",
        "title",
        "escape",
        "tojson",
        "indent(4)",
        "default('none')",
        "length",
    ] {
        let said = rendered(json!(format!("{{{{ input|{filter} }}}}")), &long);
        assert!(said.is_ok(), "{filter}: {said:?}");
    }
    let part = rendered(json!("{{ input[:2000] }}{{ input[-9:] }}"), &long.repeat(6)).unwrap();
    assert_eq!(part.as_str().map(str::len), Some(2009));
}

#[test]
fn what_cannot_be_counted_is_said_and_nothing_is_broken_off() {
    for (template, why) in [
        ("{{ 5 is divisibleby(0) }}", "divisible by 0"),
        ("{{ 5 is divisibleby(false) }}", "divisible by 0"),
        ("{{ 5.5 is divisibleby(0) }}", "divisible by 0"),
        ("{{ 5 // 0 }}", "an operator cannot be applied"),
        ("{{ 5 % 0 }}", "an operator cannot be applied"),
        ("{{ 2 ** 200 }}", "an operator cannot be applied"),
        ("{{ 2 ** -1 }}", "an operator cannot be applied"),
        ("{{ (-(2 ** 126) * 2) // -1 }}", "an operator cannot be applied"),
        ("{{ -(-(2 ** 126) * 2) }}", "an operator cannot be applied"),
        ("{{ (-(2 ** 126) * 2)|abs }}", "cannot be rendered"),
        ("{{ input[::0] }}", "steps of 0"),
        ("{{ range(0, 5, 0) }}", "the last not 0"),
        ("{{ input|indent(-1) }}", "cannot be rendered"),
        ("{{ [1]|sum(start='a') }}", "sums up from what is no number"),
        ("{{ [input]|sum }}", "cannot be rendered"),
    ] {
        let refused = rendered(json!(template), "x").unwrap_err();
        assert!(refused.to_string().contains(why), "{template}: {refused}");
        assert!(matches!(refused, BadProgram::Invalid(_)), "{template}: {}", limit(&refused));
    }
    let least = i64::MIN;
    let most = i64::MAX;
    for (template, said) in [
        ("{{ (-(2 ** 126) * 2) is divisibleby(-1) }}".to_owned(), "True"),
        (
            "{{ 6 is divisibleby(3) }} {{ 7 is divisibleby(3) }} {{ 6.0 is divisibleby(1.5) }}".to_owned(),
            "True False True",
        ),
        ("{{ input is divisibleby(3) }} {{ 3 is divisibleby('x') }}".to_owned(), "False False"),
        (format!("{{{{ range({least}, {most}, 6000000000000000000)|list|length }}}}"), "4"),
        (format!("{{{{ range({most}, {least}, -9000000000000000000)|last }}}}"), "-8776627963145224193"),
        (format!("{{{{ 'abc'[{least}:{most}] }}}}{{{{ 'abc'[{most}:{least}:{least}] }}}}"), "abcc"),
        (format!("{{{{ [1, 2][{least}::{most}]|join }}}}"), "1"),
        ("{{ [1, 2, 3]|sum }} {{ [1, 2]|sum(start=3) }} {{ [{'a': 1}]|sum('a', 2) }}".to_owned(), "6 6 3"),
        (
            "{{ 'héllo'[1:3] }}{{ 'héllo'[-2:] }}{{ 'héllo'[:-9] }}{{ 'héllo'[3:1] }}{{ 'héllo'[9:] }}"
                .to_owned(),
            "éllo",
        ),
        (
            "{{ [1, 2]|join(d='+') }} {{ {'a': 1}|items|join('+') }} {{ 'abc'|join('-') }}".to_owned(),
            "1+2 ('a', 1) a-b-c",
        ),
    ] {
        assert_eq!(
            rendered(json!(template), "x").map_err(|why| why.to_string()),
            Ok(json!(said)),
            "{template}"
        );
    }
}
