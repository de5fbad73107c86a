use std::io::Read;

use serde_json::{Map, Value};

use super::kinds;
use crate::api::Api;
use crate::exit::Failure;

/// No request of one task is longer.
const MOST: u64 = 256 << 10;
/// Problems that are told at once.
const MOST_TOLD: usize = 5;

/// The arguments that the words of a command line are: `name=value`, `name:=json`, `name=@file`; or a whole object, as `@file` or,
/// from stdin, `-`. What a value is, text or JSON, the kind's schema says.
fn read(words: &[String], schema: &Value) -> Result<Value, Failure> {
    if let [word] = words {
        let whole = if word == "-" { Some("-") } else { word.strip_prefix('@') };
        if let Some(file) = whole {
            let value = json(&file_text(file)?, file)?;
            return if value.is_object() {
                Ok(value)
            } else {
                Err(Failure::usage(format!("{file} is no JSON object.")))
            };
        }
    }
    let mut arguments = Map::new();
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "{word:?} is no argument: write name=value, or one @file or - for a whole object."
            ))
        })?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, json(value, name)?),
            None => (name, plain(name, value, &schema["properties"][name])?),
        };
        if arguments.insert(name.to_owned(), value).is_some() {
            return Err(Failure::usage(format!("{name} is there twice.")));
        }
    }
    Ok(Value::Object(arguments))
}

/// The arguments of a new task of `kind`, from the words of a command line, held to its contract.
pub(crate) async fn checked(api: &Api, kind: &str, words: &[String]) -> Result<Value, Failure> {
    let contract = kinds::find(api, kind).await?;
    if contract["startable"] == false {
        return Err(Failure::usage(format!("Tasks of the kind {kind} are started by other tasks only.")));
    }
    let schema = &contract["arguments"];
    let arguments = read(words, schema)?;
    check(&arguments, schema)?;
    Ok(arguments)
}

/// What does not fit the schema, told by the names of the fields.
fn check(arguments: &Value, schema: &Value) -> Result<(), Failure> {
    // A schema that cannot be read here is the API's to enforce.
    let Ok(validator) = jsonschema::options().should_validate_formats(true).build(schema) else {
        return Ok(());
    };
    let wrong: Vec<String> = validator
        .iter_errors(arguments)
        .take(MOST_TOLD)
        .map(|error| {
            let path = error.instance_path().to_string().replace('/', ".");
            format!("args{path}: {error}")
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::usage(wrong.join("; "))) }
}

/// A value that is no JSON by its own account: a text if the schema wants one or it can be nothing else.
fn plain(name: &str, value: &str, schema: &Value) -> Result<Value, Failure> {
    let text = match value.strip_prefix('@') {
        Some(file) => file_text(file)?,
        None => value.to_owned(),
    };
    match schema["type"].as_str() {
        Some("string") => Ok(Value::String(text)),
        Some(_) => json(&text, name),
        None => Ok(serde_json::from_str(&text).unwrap_or(Value::String(text))),
    }
}

fn json(text: &str, whose: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::usage(format!(
            "{whose}: {:?} is not JSON: {error}.",
            crate::output::clean(text.get(..60).unwrap_or(text))
        ))
    })
}

/// The text of a file, or of stdin for `-`.
fn file_text(file: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().take(MOST + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(MOST + 1).read_to_string(&mut text))
    };
    match read {
        Err(error) => Err(Failure::usage(format!("{file}: {error}."))),
        Ok(read) if read as u64 > MOST => {
            Err(Failure::usage(format!("{file} is longer than {} KiB.", MOST >> 10)))
        }
        Ok(_) => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_all(words: &[&str], schema: &Value) -> Result<Value, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&words, schema).map_err(|failure| failure.sentence)
    }

    #[test]
    fn the_schema_says_whether_a_value_is_a_text() {
        let schema = json!({"properties": {"name": {"type": "string"}, "count": {"type": "integer"}}});
        let read = read_all(&["name=7", "count=7", "other=[1]", "free=a b", "forced:=\"x\""], &schema);
        assert_eq!(
            read.unwrap(),
            json!({"name": "7", "count": 7, "other": [1], "free": "a b", "forced": "x"})
        );
        assert_eq!(read_all(&["name=a=b"], &schema).unwrap(), json!({"name": "a=b"}));
    }

    #[test]
    fn what_is_no_argument_is_refused_by_what_it_is() {
        for (words, said) in [
            (&["word"][..], "\"word\" is no argument"),
            (&["a=1", "a=2"], "a is there twice"),
            (&["a:={"], "a: \"{\" is not JSON"),
            (&["a=@/no/such/file"], "/no/such/file: "),
        ] {
            let sentence = read_all(words, &json!({})).unwrap_err();
            assert!(sentence.starts_with(said), "{sentence}");
        }
    }

    #[test]
    fn arguments_that_do_not_fit_are_told_by_the_name_of_the_field() {
        let schema = json!({"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}, "required": ["id"], "additionalProperties": false});
        assert!(check(&json!({"id": "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"}), &schema).is_ok());
        for wrong in [
            json!({}),
            json!({"id": 7}),
            json!({"id": "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23", "x": 1}),
            json!({"id": "x"}),
        ] {
            let failure = check(&wrong, &schema).unwrap_err();
            assert!(failure.sentence.starts_with("args"), "{}", failure.sentence);
        }
    }
}
