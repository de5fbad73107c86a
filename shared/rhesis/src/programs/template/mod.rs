//! Templates: JSON whose texts are Jinja, rendered by an own renderer over minijinja's parser.
//!
//! minijinja counts the instructions of one text, but not the bytes that an instruction makes: `x ~ x`, twenty-five times, is
//! a gigabyte for a hundred instructions. So its parser, its values and its filters are used, and what goes from one to the
//! next is counted here: before a value is made, what it weighs is taken from a budget that all texts of a template share.

mod budget;
mod eval;
mod filters;
mod math;
mod part;
mod read;
mod run;
mod scan;
mod syntax;
mod tests;
mod tree;
mod weigh;
mod worst;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use minijinja::machinery::{ast, parse};

use self::budget::Budget;
use self::run::Run;
use self::scan::Scan;
pub use self::syntax::Syntax;
use self::tree::Node;
use super::BadProgram;
use super::limits::{TEMPLATE_LENGTH, TEMPLATE_NESTING, TEMPLATE_NODES};

use serde_json::{Map, Value};

/// A template that was read, and within all limits.
#[derive(Debug)]
pub struct Template {
    leaf: Leaf,
    syntax: OnceLock<Result<Syntax, Misplaced>>,
}

#[derive(Debug)]
enum Leaf {
    Plain(Value),
    Text(Vec<Node>),
    List(Vec<Leaf>),
    Object(Vec<(String, Leaf)>),
}

/// Where in a template something is wrong, as `.messages[1].content`, and what.
pub type Misplaced = (String, BadProgram);

impl Template {
    /// Reads a template; each text in it is Jinja, keys are not.
    ///
    /// # Errors
    /// It goes beyond a limit, or a text in it is no template.
    pub fn read(template: &Value) -> Result<Self, Misplaced> {
        let mut reader = Reader::default();
        reader.size(template, 0).map_err(|why| (String::new(), why))?;
        reader.leaf(template, &mut String::new()).map(|leaf| Self { leaf, syntax: OnceLock::new() })
    }

    /// The template with the variables in their places.
    ///
    /// # Errors
    /// All texts together need more steps, memory or output than a template may have, or one cannot be rendered.
    pub fn render(&self, variables: &[(&str, &str)]) -> Result<Value, Misplaced> {
        self.leaf.render(&values(variables), Syntax::Text, &mut Budget::full(), &mut String::new())
    }

    /// The same for a template that is one text of this language: no value becomes more than a value of it.
    ///
    /// # Errors
    /// Also, if a value stands where it could be more, or the template is not one text.
    pub fn render_as(&self, syntax: Syntax, variables: &[(&str, &str)]) -> Result<String, Misplaced> {
        let rendered =
            self.leaf.render(&values(variables), syntax, &mut Budget::full(), &mut String::new())?;
        match rendered {
            Value::String(text) => Ok(text),
            _ => Err((String::new(), BadProgram::invalid("is not one text"))),
        }
    }

    /// What it writes, if it is one text of a language that nobody names: JSON, if it is an object or a list for this sample of
    /// its variables, as it is or in quotes; else a text. Found once, by the first sample.
    ///
    /// # Errors
    /// It cannot be rendered, or is not one text.
    pub fn syntax(&self, sample: &[(&str, &str)]) -> Result<Syntax, Misplaced> {
        let found = self.syntax.get_or_init(|| {
            let quoted = self.render_as(Syntax::Json, sample).is_ok_and(|text| syntax::is_json(&text));
            let json = quoted || syntax::is_json(&self.render_as(Syntax::Text, sample)?);
            Ok(if json { Syntax::Json } else { Syntax::Text })
        });
        found.clone()
    }
}

fn values<'v>(variables: &[(&'v str, &str)]) -> Vec<(&'v str, minijinja::Value)> {
    variables.iter().map(|(name, text)| (*name, minijinja::Value::from(*text))).collect()
}

#[derive(Default)]
struct Reader {
    scan: Scan,
    length: usize,
    nodes: usize,
}

impl Reader {
    /// Counts first, so that nothing recurses deeper or goes on longer than it may.
    fn size(&mut self, template: &Value, depth: usize) -> Result<(), BadProgram> {
        TEMPLATE_NESTING.check(depth)?;
        self.nodes += 1;
        TEMPLATE_NODES.check(self.nodes)?;
        match template {
            Value::String(text) => self.length += text.len(),
            Value::Array(items) => items.iter().try_for_each(|item| self.size(item, depth + 1))?,
            Value::Object(fields) => {
                for (key, field) in fields {
                    self.length += key.len();
                    self.size(field, depth + 1)?;
                }
            }
            _ => self.length += 8,
        }
        Ok(TEMPLATE_LENGTH.check(self.length)?)
    }

    fn leaf(&mut self, template: &Value, at: &mut String) -> Result<Leaf, Misplaced> {
        Ok(match template {
            Value::String(text) => match self.text(text) {
                Ok(nodes) => Leaf::Text(nodes),
                Err(why) => return Err((at.clone(), why)),
            },
            Value::Array(items) => Leaf::List(
                (items.iter().enumerate())
                    .map(|(i, item)| within(at, &format!("[{i}]"), |at| self.leaf(item, at)))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(fields) => Leaf::Object(
                (fields.iter())
                    .map(|(key, field)| {
                        let leaf = within(at, &format!(".{key}"), |at| self.leaf(field, at))?;
                        Ok((key.clone(), leaf))
                    })
                    .collect::<Result<_, _>>()?,
            ),
            plain => Leaf::Plain(plain.clone()),
        })
    }

    fn text(&mut self, text: &str) -> Result<Vec<Node>, BadProgram> {
        self.scan.take(text)?;
        // The parser drops the last line break, `\r\n` as a whole.
        let text = if text.ends_with(['\n', '\r']) { &format!("{text}\r\n") } else { text };
        match parse(text, "template", Default::default()).map_err(|error| unreadable(&error))? {
            ast::Stmt::Template(template) => read::nodes(&template.children),
            _ => Err(BadProgram::invalid("is no template")),
        }
    }
}

impl Leaf {
    fn render(
        &self,
        variables: &[(&str, minijinja::Value)],
        syntax: Syntax,
        budget: &mut Budget,
        at: &mut String,
    ) -> Result<Value, Misplaced> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(nodes) => match Run::new(variables, syntax, budget).text(nodes) {
                Ok(text) => Value::String(text),
                Err(why) => return Err((at.clone(), why)),
            },
            Self::List(leaves) => (leaves.iter().enumerate())
                .map(|(i, leaf)| {
                    within(at, &format!("[{i}]"), |at| leaf.render(variables, Syntax::Text, budget, at))
                })
                .collect::<Result<_, _>>()?,
            Self::Object(fields) => (fields.iter())
                .map(|(key, leaf)| {
                    let value = within(at, &format!(".{key}"), |at| {
                        leaf.render(variables, Syntax::Text, budget, at)
                    })?;
                    Ok((key.clone(), value))
                })
                .collect::<Result<Map<_, _>, _>>()?
                .into(),
        })
    }
}

/// What is done one level further down.
fn within<T>(at: &mut String, step: &str, what: impl FnOnce(&mut String) -> T) -> T {
    let length = at.len();
    at.push_str(step);
    let done = what(at);
    at.truncate(length);
    done
}

/// What minijinja makes of values that nobody has seen before: it divides by them, and counts with them.
fn called<T>(call: impl FnOnce() -> Result<T, minijinja::Error>) -> Result<T, BadProgram> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(made) => made.map_err(|error| failed(&error)),
        Err(_) => Err(BadProgram::invalid(
            "cannot be rendered: a filter or a test cannot be applied to these values",
        )),
    }
}

/// The kind of an error only: its details may quote the prompt.
fn failed(error: &minijinja::Error) -> BadProgram {
    BadProgram::invalid(format!("cannot be rendered: {}", error.kind()))
}

/// Why a text is no template. The parser has seen no prompt.
fn unreadable(error: &minijinja::Error) -> BadProgram {
    let detail = error.detail().map(|detail| format!(", {detail}")).unwrap_or_default();
    BadProgram::invalid(format!("cannot be rendered: {}{detail}", error.kind()))
}
