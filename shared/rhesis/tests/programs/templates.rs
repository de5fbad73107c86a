use rhesis::programs::{BadProgram, Template};
use serde_json::{Value, json};

use super::{in_a_programs_stack, in_a_small_stack, limit};

fn read(template: Value) -> Result<(), BadProgram> {
    in_a_small_stack(move || Template::read(&template).map(drop).map_err(|(_, why)| why))
}

fn rendered(template: Value, input: &str) -> Result<Value, BadProgram> {
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
        assert!(["TEMPLATE_MEMORY", "TEMPLATE_STEPS"].contains(&name), "{template}: {name}");
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

#[test]
fn templates_of_before_say_what_they_said() {
    for (template, said) in [
        ("{{ input }}", "Hi there"),
        ("Q: {{ input | upper }}!", "Q: HI THERE!"),
        ("{{ input|replace('Hi', 'Oh')|lower|title|trim }}", "Oh There"),
        ("{{ {'role': 'user', 'content': input}|tojson }}", r#"{"content": "Hi there", "role": "user"}"#),
        ("{{ input[:2] }}{{ input[-1] }}{{ input[::-1] }}", "Hieereht iH"),
        (
            "{{ input|length }} {{ 7 * 6 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 2 ** 10 }} {{ 1 / 2 }} {{ 1 + 1.5 }} {{ -3 }}",
            "8 42 3 3 1024 0.5 2.5 -3",
        ),
        ("{{ 'a' ~ 1 ~ true ~ none }}", "a1TrueNone"),
        (
            "{% if 'Hi' in input and not (input == 'x' or false) %}y{% elif true %}e{% else %}n{% endif %}",
            "y",
        ),
        (
            "{% for a in ['x', 'y'] %}{{ loop.index }}{{ a }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}",
            "1x,2y",
        ),
        ("{% for k, v in {'a': 1}|items %}{{ k }}={{ v }}{% endfor %}", "a=1"),
        ("{% for a in nothing %}x{% else %}none{% endfor %}", "none"),
        ("{% set a, b = [1, 2] %}{{ a + b }}{% with c = 3 %}{{ c }}{% endwith %}{{ c }}", "33"),
        ("{% set n = 1 %}{% for i in [1] %}{% set n = 2 %}{% endfor %}{{ n }}", "1"),
        ("{{ session.id.x }}{{ nothing|default('d') }}{{ 'e' if nothing }}", "d"),
        (
            "{{ input|split(' ')|join('-') }} {{ [3, 1, 2]|sort|first }} {{ range(3)|list }}",
            "Hi-there 1 [0, 1, 2]",
        ),
        ("{{ 1 < 2 <= 2 }} {{ 3 is odd }} {{ input is startingwith('Hi') }}", "True True True"),
        ("{# a comment #}{% raw %}{{ input }}{% endraw %} {{- ' x' -}} y", "{{ input }} xy"),
        ("a\n", "a"),
    ] {
        assert_eq!(rendered(json!(template), "Hi there").unwrap(), json!(said), "{template}");
        assert_eq!(minijinjas(template, "Hi there").unwrap(), said, "{template}");
    }
    let largest = json!({"system": "x".repeat(60_000), "messages": (0..300).map(|i| json!({"role": "user", "content": format!("{i}: {{{{ input }}}}")})).collect::<Vec<_>>()});
    assert!(
        rendered(largest, &"word ".repeat(1_000)).is_ok(),
        "a conversation of hundreds of messages is fine"
    );
    let long = "long ".repeat(400_000);
    assert_eq!(
        rendered(json!({"q": "{{ input }}"}), &long[..2_000_000]).unwrap()["q"].as_str().map(str::len),
        Some(2_000_000)
    );
}

/// What minijinja itself makes of a template; it panics where a list without values is sliced backwards.
fn minijinjas(template: &str, input: &str) -> Option<String> {
    let (template, input) = (template.to_owned(), input.to_owned());
    let rendering = std::thread::spawn(move || {
        let mut jinja = minijinja::Environment::new();
        jinja.set_undefined_behavior(minijinja::UndefinedBehavior::Chainable);
        jinja.render_str(&template, minijinja::context! { input }).ok()
    });
    rendering.join().ok().flatten()
}

/// A template of random expressions, none of which is large.
struct Dice(u64);

impl Dice {
    fn roll<'a>(&mut self, sides: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        sides[usize::try_from(self.0 >> 33).unwrap() % sides.len()]
    }

    fn expr(&mut self, depth: usize) -> String {
        if depth == 0 {
            let leaves = [
                "input",
                "1",
                "2.5",
                "'b c'",
                "''",
                "true",
                "none",
                "nothing",
                "[3, 1, 2]",
                "['x', 'b']",
                "{'a': 1, 'b': 'y'}",
                "0",
                "7",
                "range(4)|list",
                "dict(a=input)",
                "[[1, 2], [3, 4]]",
            ];
            return self.roll(&leaves).to_owned();
        }
        let shapes = [
            "L ~ R",
            "L + R",
            "L - R",
            "L * 3",
            "3 * R",
            "L / 2",
            "L // 2",
            "L % 3",
            "L ** 2",
            "L == R",
            "L != R",
            "L < R",
            "L >= R",
            "L in R",
            "L not in R",
            "L and R",
            "L or R",
            "not L",
            "-L",
            "L if R else L",
            "L if R",
            "(L)",
            "[L, R]",
            "{'a': L, 'k': R}",
            "(L).a",
            "(L)['b']",
            "(L)[0]",
            "(L)[-1]",
            "(L)[1:]",
            "(L)[:2]",
            "(L)[::-1]",
            "(L)[::2]",
            "(L)|upper",
            "(L)|lower",
            "(L)|title",
            "(L)|capitalize",
            "(L)|trim",
            "(L)|replace('b', R)",
            "(L)|length",
            "(L)|first",
            "(L)|last",
            "(L)|join('-')",
            "(L)|join",
            "(L)|default(R)",
            "(L)|d(R, true)",
            "(L)|tojson",
            "(L)|tojson(2)",
            "(L)|indent(3)",
            "(L)|indent(2, true)",
            "(L)|string",
            "(L)|int",
            "(L)|float",
            "(L)|abs",
            "(L)|round",
            "(L)|round(1)",
            "(L)|list",
            "(L)|sort",
            "(L)|sort(reverse=true)",
            "(L)|reverse",
            "(L)|split('b')",
            "(L)|split",
            "(L)|lines",
            "(L)|items",
            "(L)|dictsort",
            "(L)|min",
            "(L)|max",
            "(L)|sum",
            "(L)|bool",
            "(L)|attr('a')",
            "(L)|escape",
            "(L)|safe",
            "(L)|count",
            "(L) is defined",
            "(L) is none",
            "(L) is string",
            "(L) is number",
            "(L) is odd",
            "(L) is eq(R)",
            "(L) is mapping",
            "(L) is sequence",
            "(L) is iterable",
            "(L) is not true",
            "(L) is in(R)",
            "(L) is startingwith('b')",
            "(L) is divisibleby(2)",
            "L < R <= L",
        ];
        let shape = self.roll(&shapes);
        let mut made = String::new();
        for sign in shape.chars() {
            match sign {
                'L' | 'R' => {
                    let inner = self.expr(depth - 1);
                    made.push_str(&format!("({inner})"));
                }
                plain => made.push(plain),
            }
        }
        made
    }
}

#[test]
fn what_is_rendered_is_what_minijinja_renders() {
    let mut dice = Dice(7);
    let (mut same, mut tried, mut different) = (0, 0, Vec::new());
    for i in 0..6_000 {
        let inner = dice.expr(i % 3);
        let template = match dice.roll(&["emit", "if", "for", "set", "with", "pair"]) {
            "if" => format!("{{% if {inner} %}}y{{% else %}}n{{% endif %}}"),
            "for" => format!(
                "{{% for a in {inner} %}}{{{{ loop.index }}}}{{{{ a }}}};{{% else %}}none{{% endfor %}}"
            ),
            "set" => format!("{{% set x = {inner} %}}{{{{ x }}}}{{{{ x }}}}"),
            "with" => format!("{{% with x = {inner} %}}{{{{ x }}}}{{% endwith %}}{{{{ x }}}}"),
            "pair" => format!("{{% for a, b in {inner} if a %}}{{{{ a }}}}{{{{ b }}}}{{% endfor %}}"),
            _ => format!("{{{{ {inner} }}}}"),
        };
        tried += 1;
        // What minijinja refuses, ours may, too.
        let Some(wanted) = minijinjas(&template, "a b\nc") else { continue };
        let own = rendered(json!(template), "a b\nc");
        match own == Ok(json!(wanted)) {
            true => same += 1,
            false => different.push(format!("{template}: {wanted:?}, not {own:?}")),
        }
    }
    assert!(
        different.is_empty(),
        "{} of {tried}: {:#?}",
        different.len(),
        &different[..different.len().min(40)]
    );
    assert!(same > tried / 3, "{same} of {tried}");
}
