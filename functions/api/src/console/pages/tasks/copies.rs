use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use crate::console::view::text;

/// The same task, for a terminal and for a program that has the client of `clients/python`.
pub(super) fn copies(id: Uuid, task: &Value) -> Markup {
    html! {
        h2 { "Start one like this" }
        details { summary { "As curl" } pre.json tabindex="0" data-copy { (curl(task)) } }
        details { summary { "As Python" } pre.json #python tabindex="0" data-copy { (python(id, task)) } }
    }
}

fn curl(task: &Value) -> String {
    let body = serde_json::json!({ "args": task["args"] }).to_string().replace('\'', "'\\''");
    format!(
        "curl -X POST \"$API/tasks/{kind}\" -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'Content-Type: application/json' -d '{body}'",
        kind = text(&task["kind"])
    )
}

fn python(id: Uuid, task: &Value) -> String {
    format!(
        "from rhesis_tasks import app\n\ntask = app.task({kind}).apply_async(kwargs={args})\nprint(task.id, task.status)\n\n# The one that is shown here:\nprint(app.AsyncResult({id}).status)",
        kind = literal(&task["kind"]),
        args = literal(&task["args"]),
        id = literal(&id.to_string().into()),
    )
}

/// JSON as Python writes it. Numbers are the same in both, and so are texts with JSON's escapes: `serde_json` escapes what ends a
/// line, a text or a program, and writes all other characters as they are.
fn literal(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(items) => format!("[{}]", list(items.iter().map(literal).collect())),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), literal(value))
            };
            format!("{{{}}}", list(fields.iter().map(field).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use serde_json::json;

    use super::*;

    /// Runs the snippet with a client that only keeps what it is given; answers that as JSON.
    const PROGRAM: &str = r"
import json, sys, types
kept = {}
class App:
    def task(self, kind):
        kept['kind'] = kind
        return self
    def apply_async(self, **options):
        kept.update(options)
        return self
    def AsyncResult(self, id):
        kept['shown'] = id
        return self
    id, status = 'new', 'PENDING'
sys.modules['rhesis_tasks'] = types.SimpleNamespace(app=App())
exec(compile(sys.stdin.buffer.read(), 'snippet', 'exec'), {'print': lambda *_: None})
sys.stdout.write(json.dumps(kept))
";

    fn ran(snippet: &str) -> Value {
        let mut python = Command::new("python3")
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tests have Python");
        python.stdin.take().unwrap().write_all(snippet.as_bytes()).unwrap();
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success(), "{snippet}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[test]
    fn the_snippet_is_a_program_that_starts_the_same_whatever_the_arguments_are() {
        let nest = |inner, place| if place % 2 == 0 { json!([inner]) } else { json!({ "": inner }) };
        let args = json!({
            "nothing": null, "yes": true, "no": false, "whole": -3, "large": u64::MAX, "small": 1e-300,
            "huge": 1.5e300, "list": [[], {}, [null]], "deep": (0..100).fold(json!(null), nest),
            "quotes": "'\"`'''\"\"\"\\", "lines": "a\nb\r\n\tc\u{b}\u{c}\u{85}\u{2028}\u{2029}",
            "control": "\u{0}\u{1}\u{1b}\u{7f}", "letters": "ünïcödé 日本 🦀 \u{202e}\u{feff}",
            "escapes": "\\n \\N{BULLET} \\u0041 \\x41 {kind} %s", "code": "\");import os#",
            "key \" with \n all": { "None": "true" }, "html": "</pre><script>&amp;"
        });
        let id = Uuid::nil();
        let kept = ran(&python(id, &json!({ "kind": "a \"kind\"", "args": args })));
        assert_eq!(kept, json!({ "kind": "a \"kind\"", "kwargs": args, "shown": id.to_string() }));
    }
}
