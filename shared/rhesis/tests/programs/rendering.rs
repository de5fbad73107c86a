//! What templates that are within the limits say: what minijinja makes of them.

use serde_json::json;

use super::templates::rendered;

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
    ] {
        assert_eq!(rendered(json!(template), "Hi there").unwrap(), json!(said), "{template}");
        assert_eq!(minijinjas(template, "Hi there").unwrap(), said, "{template}");
    }
    // But for the last line break, which minijinja drops.
    assert_eq!(rendered(json!("{{ input }}\n"), "Hi").unwrap(), json!("Hi\n"));
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
