use std::fmt::{self, Write as _};

use serde_json::Value;

/// The document as a page to read, in Markdown: every operation by its room, then every type.
pub(super) fn page(document: &Value) -> String {
    let mut page = String::new();
    // Writing to a text cannot fail.
    let _ = write(&mut page, document);
    page
}

fn write(page: &mut String, document: &Value) -> fmt::Result {
    writeln!(page, "# Reference\n")?;
    writeln!(
        page,
        "Every route and type of the API, made from [openapi.json](openapi.json) by `make openapi`: do not edit."
    )?;
    writeln!(
        page,
        "What holds for every route, and why: [http](http.md). `$API` and `$TOKEN` are as there.\n"
    )?;
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = text(&tag["name"]);
        writeln!(page, "## {}\n\n{}\n", capital(name), text(&tag["description"]))?;
        for (path, operations) in fields(&document["paths"]) {
            for (method, operation) in fields(operations) {
                if operation["tags"][0] == name {
                    self::operation(page, &method.to_uppercase(), path, operation)?;
                }
            }
        }
    }
    writeln!(page, "## Types\n")?;
    for (name, schema) in fields(&document["components"]["schemas"]) {
        type_of(page, name, schema)?;
    }
    Ok(())
}

fn operation(page: &mut String, method: &str, path: &str, operation: &Value) -> fmt::Result {
    let deprecated = if operation["deprecated"] == true { " (deprecated)" } else { "" };
    writeln!(
        page,
        "### {}{deprecated}\n\n`{method} {path}`: {}",
        text(&operation["operationId"]),
        text(&operation["summary"])
    )?;
    let description = text(&operation["description"]);
    if !description.is_empty() {
        writeln!(page, "\n{description}")?;
    }
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        writeln!(page, "\n| parameter | in | type | |\n|---|---|---|---|")?;
    }
    for parameter in parameters {
        let needed = if parameter["required"] == true { "" } else { "?" };
        let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
        writeln!(
            page,
            "| `{name}`{needed} | {place} | {} | {} |",
            kind(&parameter["schema"]),
            line(&parameter["description"])
        )?;
    }
    let bodies = fields(&operation["requestBody"]["content"]);
    let bodies: Vec<String> =
        bodies.map(|(media, content)| format!("{} as `{media}`", kind(&content["schema"]))).collect();
    if !bodies.is_empty() {
        writeln!(
            page,
            "\nBody: {}. {}",
            bodies.join(", or "),
            line(&operation["requestBody"]["description"])
        )?;
    }
    writeln!(page, "\n| answer | body | |\n|---|---|---|")?;
    let mut shared = Vec::new();
    for (status, response) in fields(&operation["responses"]) {
        if response.get("$ref").is_some() {
            shared.push(format!("`{status}`"));
            continue;
        }
        let body = fields(&response["content"]).next().map(|(_, content)| kind(&content["schema"]));
        let headers: Vec<String> =
            fields(&response["headers"]).map(|(name, _)| format!("`{name}`")).collect();
        let headers =
            if headers.is_empty() { String::new() } else { format!(" Headers: {}.", headers.join(", ")) };
        writeln!(
            page,
            "| `{status}` | {} | {}{headers} |",
            body.unwrap_or_default(),
            line(&response["description"])
        )?;
    }
    writeln!(
        page,
        "| {} | [Problem](#problem) | as [everywhere](http.md#what-holds-for-every-route) |\n",
        shared.join(" ")
    )
}

fn type_of(page: &mut String, name: &str, schema: &Value) -> fmt::Result {
    writeln!(page, "### {name}\n\n{}\n", line(&schema["description"]))?;
    let parts = schema["allOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
    let mut begun = false;
    for part in parts {
        if part.get("$ref").is_some() {
            writeln!(page, "Every field of {}, and:\n", kind(&part))?;
        } else if part["type"] != "object" || part.get("properties").is_none() {
            writeln!(page, "{}\n", kind(&part))?;
        }
        for (field, of) in fields(&part["properties"]) {
            if !begun {
                writeln!(page, "| field | type | |\n|---|---|---|")?;
                begun = true;
            }
            let needed = part["required"].as_array().is_some_and(|names| names.iter().any(|it| it == field));
            let mark = if needed { "" } else { "?" };
            writeln!(page, "| `{field}`{mark} | {} | {} |", kind(of), line(&of["description"]))?;
        }
    }
    if begun { writeln!(page) } else { Ok(()) }
}

/// What a schema lets through, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return format!("[{target}](#{})", target.to_lowercase());
    }
    for either in ["oneOf", "anyOf"] {
        if let Some(schemas) = schema[either].as_array() {
            return schemas.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let shown = |word: &Value| word.as_str().map_or_else(|| word.to_string(), |word| format!("`{word}`"));
        return words.iter().map(shown).collect::<Vec<_>>().join(", ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" or "),
        Value::String(name) => name.clone(),
        _ => "anything".to_owned(),
    };
    let items =
        if types.starts_with("array") { format!(" of {}", kind(&schema["items"])) } else { String::new() };
    format!("{types}{items}{}", bounds(schema))
}

/// What beside its type a value must be.
fn bounds(schema: &Value) -> String {
    let mut said = Vec::new();
    if let Some(format) =
        schema["format"].as_str().filter(|format| !format.starts_with("int") && *format != "double")
    {
        said.push(format.to_owned());
    }
    for (least, most, of) in [
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
    ] {
        match (schema.get(least), schema.get(most)) {
            (Some(least), Some(most)) => said.push(format!("{least} to {most}{of}")),
            (Some(least), None) => said.push(format!("from {least}{of}")),
            (None, Some(most)) => said.push(format!("up to {most}{of}")),
            (None, None) => {}
        }
    }
    if let Some(usual) = schema.get("default") {
        said.push(format!("`{usual}` if not said"));
    }
    if said.is_empty() { String::new() } else { format!(", {}", said.join(", ")) }
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text as a cell of a table.
fn line(value: &Value) -> String {
    text(value).replace('\n', " ").replace('|', "\\|")
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
