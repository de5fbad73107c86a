//! Renders request templates: JSON whose string leaves are Jinja, or one text of another language.
//!
//! Of JSON only strings are rendered, each by itself, after the JSON was parsed. In one text each value is written as the text's
//! language writes it, by where it stands. So no prompt, whatever quotes and braces it holds, can end a string, add a field, or
//! be taken for a template.

use serde_json::{Map, Value};

use super::language::Language;
use crate::endpoints::{CallError, Endpoint};
use crate::json;
use crate::programs::{self, Misplaced, Syntax};

/// The field that holds the template.
const BODY: &str = "request_body_template";

/// What a call carries.
#[derive(Debug)]
pub(in crate::endpoints) enum Content {
    Json(Value),
    Text(String),
}

impl Content {
    /// As a body has it, or a message.
    pub(in crate::endpoints) fn written(self) -> String {
        match self {
            Self::Json(json) => json.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// The template with the prompt in its place.
pub(in crate::endpoints) fn render(endpoint: &Endpoint, prompt: &str) -> Result<Content, CallError> {
    let Some(text) = endpoint.template.as_str() else {
        return rendered(&endpoint.template, prompt, BODY).map(Content::Json);
    };
    // A template that was given as text is the JSON it spells, if it spells any.
    if let Some(spelled) = spelled(text)? {
        return rendered(&spelled, prompt, BODY).map(Content::Json);
    }
    let template = programs::template(&endpoint.template).map_err(|wrong| invalid(BODY, wrong))?;
    let language = match Language::of(endpoint, text) {
        // Whatever it begins with: what is JSON for a prompt of no malice, as it is or in quotes, must stay it for the others.
        Language::Other => match template.syntax(&[("input", "x")]).map_err(|wrong| invalid(BODY, wrong))? {
            Syntax::Json => Language::Json,
            _ => Language::Other,
        },
        known => known,
    };
    let written = template.render_as(language.syntax(), &[("input", prompt)]);
    let written = written.map_err(|wrong| invalid(BODY, wrong))?;
    // A key may be of a prompt: it is not named.
    let not_json = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let what = if json::is_twice(&error) { "has a key twice" } else { "is not JSON" };
        let why = format!("{what} when it is rendered: line {line}, column {column}");
        CallError::invalid(BODY, &why)
    };
    match language {
        Language::Json => json::read(&written).map(Content::Json).map_err(not_json),
        Language::JsonLines => {
            json::check_lines(&written).map_err(not_json)?;
            Ok(Content::Text(written))
        }
        Language::Form | Language::Xml | Language::Other => Ok(Content::Text(written)),
    }
}

/// The fields of an object with the prompt in its place; `at` is what an error names.
pub(in crate::endpoints) fn fields(
    fields: &Map<String, Value>,
    prompt: &str,
    at: &str,
) -> Result<Map<String, Value>, CallError> {
    match rendered(&Value::Object(fields.clone()), prompt, at)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

/// Whether a text says what is replaced in a template, or done.
pub(in crate::endpoints) fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|sign| text.contains(sign))
}

/// Refuses names of fields that look like templates: they would be sent with their braces.
pub(in crate::endpoints) fn check(endpoint: &Endpoint) -> Result<(), CallError> {
    let spelled = endpoint.template.as_str().map(spelled).transpose()?.flatten();
    let template = spelled.as_ref().unwrap_or(&endpoint.template);
    // What nests too deep to be walked is refused by its limit.
    programs::template(template).map_err(|wrong| invalid(BODY, wrong))?;
    let found = template_in_names(template, BODY).or_else(|| {
        let name = endpoint.query.keys().find(|name| is_template(name))?;
        Some(format!("query_params.{name}"))
    });
    match found {
        Some(at) => Err(CallError::invalid(&at, "is the name of a field, which is no template")),
        None => Ok(()),
    }
}

fn template_in_names(value: &Value, at: &str) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let at = format!("{at}.{name}");
            if is_template(name) { Some(at) } else { template_in_names(field, &at) }
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| template_in_names(item, &format!("{at}[{i}]")))
        }
        _ => None,
    }
}

/// The JSON that a text is, if it is any.
fn spelled(text: &str) -> Result<Option<Value>, CallError> {
    match json::read(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) if json::is_twice(&error) => Err(CallError::invalid(BODY, &error.to_string())),
        Err(_) => Ok(None),
    }
}

fn rendered(template: &Value, prompt: &str, field: &str) -> Result<Value, CallError> {
    programs::template(template)
        .and_then(|template| template.render(&[("input", prompt)]))
        .map_err(|wrong| invalid(field, wrong))
}

fn invalid(field: &str, (at, why): Misplaced) -> CallError {
    CallError::invalid(&format!("{field}{at}"), &why.to_string())
}

#[cfg(test)]
mod tests;
