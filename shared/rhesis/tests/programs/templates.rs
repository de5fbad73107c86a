use rhesis::programs::{BadProgram, Template};
use serde_json::{Value, json};

use super::{in_a_programs_stack, in_a_small_stack, limit};

fn read(template: Value) -> Result<(), BadProgram> {
    in_a_small_stack(move || Template::read(&template).map(drop).map_err(|(_, why)| why))
}

pub(super) fn rendered(template: Value, input: &str) -> Result<Value, BadProgram> {
    let input = input.to_owned();
    in_a_programs_stack(move || {
        let template = Template::read(&template).map_err(|(_, why)| why)?;
        template.render(&[("input", &input)]).map_err(|(_, why)| why)
    })
}

/// The limit that reading it, or else rendering it, goes beyond.
fn beyond(template: &str) -> &'static str {
    match rendered(json!(template), "some words of a prompt") {
        Ok(_) => "within all",
        Err(why) => limit(&why),
    }
}

#[test]
fn chains_of_operators_and_brackets_are_counted_before_the_parser_sees_them() {
    const MANY: usize = 12_000;
    let around = |before: &str, inner: &str, after: &str| {
        format!("{{{{ {}{inner}{} }}}}", before.repeat(MANY), after.repeat(MANY))
    };
    for (before, inner, after) in [
        ("", "x", ".a"),
        ("", "x", "[0]"),
        ("", "x", "['a']"),
        ("", "x", "()"),
        ("", "x", "~x"),
        ("", "x", "+x"),
        ("", "x", "-x"),
        ("", "x", "*x"),
        ("", "x", "/x"),
        ("", "x", "//x"),
        ("", "x", "%x"),
        ("", "x", "**1"),
        ("", "x", "|upper"),
        ("", "x", "|d('')"),
        ("", "x", " is string"),
        ("", "x", " is not none"),
        ("", "x", " and x"),
        ("", "x", " or x"),
        ("", "x", " in x"),
        ("", "x", " not in x"),
        ("", "x", " == x"),
        ("", "x", " <= x"),
        ("", "x", " if x"),
        ("", "x", " if x else x"),
        ("", "x", "[:1]"),
        ("not ", "x", ""),
        ("-", "x", ""),
        ("- -", "x", ""),
        ("(", "x", ")"),
        ("[", "x", "]"),
        ("{'a':", "x", "}"),
        ("(", "", ")"),
        ("[", "", ""),
        ("(", "", ""),
        ("{1:", "", ""),
        ("x(", "x", ")"),
        ("x[", "x", "]"),
        ("x|d(", "x", ")"),
        ("x if x else ", "x", ""),
        ("x is eq(", "x", ")"),
        ("x ~ (", "x", ")"),
        ("", "'a'", " 'a'"),
        ("range(", "1", ")"),
        ("dict(a=", "x", ")"),
    ] {
        let why = read(json!(around(before, inner, after))).unwrap_err();
        assert!(["TAG_TOKENS", "TAG_NESTING"].contains(&limit(&why)), "{before}…{after}: {why}");
    }
}

#[test]
fn blocks_in_one_another_are_counted_before_the_parser_sees_them() {
    for (open, close) in [
        ("{% if x %}", "{% endif %}"),
        ("{% for a in x %}", "{% endfor %}"),
        ("{% with a = x %}", "{% endwith %}"),
        ("{% if x %}", ""),
        ("{%- for a in x -%}", ""),
        ("{% if x %}a{% else %}", "{% endif %}"),
    ] {
        let template = format!("{}{}", open.repeat(900), close.repeat(900));
        assert_eq!(limit(&read(json!(template)).unwrap_err()), "BLOCK_NESTING", "{open}");
    }
    let chain = format!("{{% if x %}}{}{{% endif %}}", "{% elif x %}a".repeat(900));
    assert_eq!(limit(&read(json!(chain)).unwrap_err()), "BLOCK_NESTING");
    let many = "{% if x %}a{% elif y %}b{% endif %}".repeat(200);
    assert!(read(json!(many)).is_ok(), "one after another is not in one another");
}

#[test]
fn a_template_is_bounded_as_a_whole() {
    assert_eq!(limit(&read(json!("x".repeat(300_000))).unwrap_err()), "TEMPLATE_LENGTH");
    assert_eq!(limit(&read(json!({"x".repeat(300_000): 1})).unwrap_err()), "TEMPLATE_LENGTH");
    assert_eq!(limit(&read(json!(vec![1; 20_000])).unwrap_err()), "TEMPLATE_NODES");
    assert_eq!(limit(&read(json!(vec!["{{ input }}"; 3_000])).unwrap_err()), "TEMPLATE_TOKENS");
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(limit(&read(deep).unwrap_err()), "TEMPLATE_NESTING");
    let leaf = "{% for a in range(200) %}{% for b in range(40) %}{% endfor %}{% endfor %}";
    assert!(rendered(json!([leaf]), "x").is_ok(), "one of them is within the limits");
    assert_eq!(limit(&rendered(json!(vec![leaf; 100]), "x").unwrap_err()), "TEMPLATE_STEPS");
}

#[test]
fn loops_end() {
    for template in [
        "{% for i in range(99999999999) %}{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}",
        "{% for i in range(90000) %}x{% endfor %}",
        "{% for i in range(0, -9999999, -1) %}x{% endfor %}",
        "{% for a in input %}{% for b in input %}{% for c in input %}{% for d in input %}{{ a }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for i in range(400) %}{% for j in range(400) if false %}{% endfor %}{% endfor %}",
    ] {
        assert_eq!(beyond(template), "TEMPLATE_STEPS", "{template}");
    }
}

#[test]
fn nothing_that_grows_grows_beyond_its_budget() {
    let doubling = |step: &str| format!("{{% set x = input %}}{}{{{{ x|length }}}}", step.repeat(30));
    for step in [
        "{% set x = x ~ x %}",
        "{% set x = x + x %}",
        "{% set x = x * 2 %}",
        "{% set x = 2 * x %}",
        "{% set x = [x, x] %}",
        "{% set x = {'a': x, 'b': x} %}",
        "{% set x = dict(a=x, b=x) %}",
        "{% set x = (x, x) %}",
        "{% set x = x|replace('o', x) %}",
        "{% set x = x|replace('', 'ab') %}",
        "{% set x = [x, x]|join(x) %}",
        "{% set x = x|tojson ~ x|tojson %}",
        "{% set x = x|list + x|list %}",
        "{% set x, y = x ~ x, 1 %}",
    ] {
        let name = beyond(&doubling(step));
        assert!(["TEMPLATE_MEMORY", "VALUE_NESTING", "TEMPLATE_STEPS"].contains(&name), "{step}: {name}");
    }
    let nested =
        |open: &str, close: &str, inner: &str| format!("{}{inner}{}", open.repeat(25), close.repeat(25));
    let loops = nested("{% for input in [input ~ input] %}", "{% endfor %}", "{{ input }}");
    assert_eq!(beyond(&loops), "TEMPLATE_MEMORY");
    let withs = nested("{% with input = input ~ input %}", "{% endwith %}", "{{ input }}");
    assert_eq!(beyond(&withs), "TEMPLATE_MEMORY");
    for template in [
        "{{ 'a' * 100000000 }}",
        "{{ 100000000 * 'a' }}",
        "{{ ['a'] * 100000000 }}",
        "{{ 'ab'|replace('', 'c' * 9000000) }}",
        "{{ ('a' * 90000)|replace('a', 'b' * 90000) }}",
        "{{ (('a' * 900000)|list)|join('b' * 1000) }}",
        "{{ ((('a\n') * 100000))|indent(64) }}",
        "{{ ('\u{1}' * 1300000)|tojson }}",
        "{{ [[[[[[1] * 20] * 20] * 20] * 20] * 20]|tojson(8) }}",
    ] {
        let name = beyond(template);
        let all = ["TEMPLATE_MEMORY", "TEMPLATE_STEPS", "TEMPLATE_OUTPUT"];
        assert!(all.contains(&name), "{template}: {name}");
    }
    assert_eq!(
        beyond(
            "{% for i in range(9000) %}0123456789012345678901234567890123456789{{ input * 20 }}{% endfor %}"
        ),
        "TEMPLATE_OUTPUT"
    );
}

#[test]
fn what_has_no_bound_or_no_use_is_refused_by_its_name() {
    for (template, name) in [
        ("{{ input|indent(200000000) }}", "indents by more than 64"),
        ("{{ input|indent(width=200000000) }}", "indents by more than 64"),
        ("{{ input|tojson(100000000) }}", "indents JSON by more than 8"),
        ("{{ input|tojson(indent=100000000) }}", "indents JSON by more than 8"),
        ("{{ input|batch(100000000, 0) }}", "\"batch\""),
        ("{{ input|slice(100000000) }}", "\"slice\""),
        ("{{ '%1000000000000d'|format(1) }}", "\"format\""),
        ("{{ input|map('upper') }}", "\"map\""),
        ("{{ input|groupby('a') }}", "\"groupby\""),
        ("{{ input|nosuch }}", "\"nosuch\""),
        ("{{ input is nosuch }}", "\"nosuch\""),
        ("{{ namespace(a=1) }}", "namespace()"),
        ("{{ debug() }}", "debug()"),
        ("{{ input.split(' ') }}", ".split()"),
        ("{{ loop.cycle(1) }}", ".cycle()"),
        ("{{ range(*input) }}", "* before an argument"),
        ("{% set x %}{{ input }}{% endset %}", "{% endset %}"),
        ("{% for a in input %}{{ loop(a) }}{% endfor %}", "loop()"),
        ("{% for a in input recursive %}{% endfor %}", "recursive for"),
        ("{% filter upper %}a{% endfilter %}", "filter"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro"),
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% extends 'x' %}", "extends"),
        ("{% block b %}{% endblock %}", "block"),
        ("{% call x() %}{% endcall %}", "call"),
        ("{% autoescape true %}{% endautoescape %}", "autoescape"),
        ("{% do range(1) %}", "do"),
    ] {
        let why = rendered(json!(template), "x").unwrap_err();
        assert!(matches!(&why, BadProgram::Invalid(why) if why.contains(name)), "{template}: {why}");
    }
}

#[test]
fn what_is_compared_or_looked_for_is_paid_for() {
    let long = "{% set x = 'a' * 900000 %}{% for i in range(9000) %}{% if X %}{% endif %}{% endfor %}";
    for test in [
        "x == x",
        "x in x",
        "x|length == i",
        "x is startingwith(x)",
        "x[1:] == x",
        "[x, x] == [x, x]",
        "x|trim(x) == x",
        "x|upper == x",
    ] {
        let name = beyond(&long.replace('X', test));
        assert!(["TEMPLATE_STEPS", "TEMPLATE_MEMORY"].contains(&name), "{test}: {name}");
    }
}
