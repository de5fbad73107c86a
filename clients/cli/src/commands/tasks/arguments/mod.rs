//! What a task is started with, as it is typed.

mod fit;
mod schema;

use std::io::Read;

use serde_json::{Map, Value};

use super::kinds;
use crate::api::Api;
use crate::exit::Failure;
use fit::check;
pub(super) use schema::near;
use schema::{Schema, kind_of};

/// No request of one task is longer.
const MOST: u64 = 256 << 10;

/// The arguments that the words of a command line are: `name=value`, `name:=json`, `name=@file`; or a whole object, as `@file` or,
/// from stdin, `-`. A name may lead into an object, as `a.b`. What a value is, text or JSON, the kind's schema says.
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
    let schema = Schema::new(schema);
    let mut arguments = Map::new();
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "{word:?} is no argument: write name=value, or one @file or - for a whole object."
            ))
        })?;
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, json(value, name)?),
            None => (name, plain(name, value, of(schema, name))?),
        };
        if !set(&mut arguments, name, value, schema) {
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

/// A value that is no JSON by its own account: a text if the schema wants one or it can be nothing else.
fn plain(name: &str, value: &str, schema: Option<Schema<'_>>) -> Result<Value, Failure> {
    let text = match value.strip_prefix('@') {
        Some(file) => file_text(file)?,
        None => value.to_owned(),
    };
    let parsed: Option<Value> = serde_json::from_str(&text).ok();
    let Some(types) = schema.and_then(Schema::types) else {
        return Ok(parsed.unwrap_or(Value::String(text)));
    };
    if types.iter().all(|kind| ["string", "null"].contains(kind)) {
        return Ok(Value::String(text));
    }
    match parsed {
        Some(value) if !types.contains("string") || types.contains(kind_of(&value)) => Ok(value),
        _ if types.contains("string") => Ok(Value::String(text)),
        _ => {
            let types: Vec<&str> = types.into_iter().collect();
            Err(Failure::usage(format!("args.{name}: {:?} is no {}.", beginning(&text), types.join(" or "))))
        }
    }
}

/// Sets a value by its name; `a.b` is `b` within `a`, unless the schema has an argument of the whole name.
fn set(arguments: &mut Map<String, Value>, name: &str, value: Value, schema: Schema<'_>) -> bool {
    match name.split_once('.').filter(|_| !schema.names().contains(&name)) {
        None => arguments.insert(name.to_owned(), value).is_none(),
        Some((outer, inner)) => {
            let below = arguments.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            let empty = Value::Null;
            let within = schema.property(outer).unwrap_or_else(|| Schema::new(&empty));
            below.as_object_mut().is_some_and(|below| set(below, inner, value, within))
        }
    }
}

/// The schema of an argument by its name, which may lead into others.
fn of<'a>(schema: Schema<'a>, name: &str) -> Option<Schema<'a>> {
    match name.split_once('.').filter(|_| !schema.names().contains(&name)) {
        None => schema.property(name),
        Some((outer, inner)) => of(schema.property(outer)?, inner),
    }
}

fn beginning(text: &str) -> String {
    crate::output::clean(text.get(..60).unwrap_or(text))
}

fn json(text: &str, whose: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::usage(format!("{whose}: {:?} is not JSON: {error}.", beginning(text))))
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
    fn a_value_is_what_the_schema_lets_it_be() {
        let schema = json!({"properties": {
            "maybe": {"type": ["string", "null"]}, "either": {"type": ["integer", "string"]}, "flag": {"type": "boolean"},
            "nest": {"type": "object", "properties": {"deep": {"type": "string"}}}, "dotted.name": {"type": "integer"},
        }});
        let words = ["maybe=7", "either=7", "flag=true", "nest.deep=7", "nest.more=8", "dotted.name=9"];
        assert_eq!(
            read_all(&words, &schema).unwrap(),
            json!({"maybe": "7", "either": 7, "flag": true, "nest": {"deep": "7", "more": 8}, "dotted.name": 9})
        );
        assert_eq!(read_all(&["either=x y"], &schema).unwrap(), json!({"either": "x y"}));
        assert_eq!(read_all(&["flag=yes"], &schema).unwrap_err(), "args.flag: \"yes\" is no boolean.");
        assert_eq!(read_all(&["nest=1", "nest.deep=x"], &schema).unwrap_err(), "nest.deep is there twice.");
    }
}
