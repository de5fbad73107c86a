//! Writes a template's nodes, within a budget.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use super::budget::Budget;
use super::syntax::{Place, Reader, Syntax};
use super::tree::{Expr, For, Node, Target};
use super::weigh::{VALUE, WRITTEN, weigh};
use super::{failed, filters};
use crate::programs::BadProgram;

pub(super) type Result<T> = std::result::Result<T, BadProgram>;

/// One rendering.
pub(super) struct Run<'t> {
    pub(super) budget: &'t mut Budget,
    /// What filters and tests are called in.
    pub(super) environment: Environment<'static>,
    /// The variables: of the template, and of each block that is open.
    scopes: Vec<BTreeMap<&'t str, Value>>,
    out: String,
    reader: Reader,
}

impl<'t> Run<'t> {
    pub(super) fn new(variables: &[(&'t str, Value)], syntax: Syntax, budget: &'t mut Budget) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        let variables = variables.iter().cloned().collect();
        let reader = Reader::of(syntax);
        Self { budget, environment, scopes: vec![variables], out: String::new(), reader }
    }

    /// The text that the nodes write.
    pub(super) fn text(mut self, nodes: &'t [Node]) -> Result<String> {
        self.nodes(nodes)?;
        Ok(self.out)
    }

    pub(super) fn variable(&self, name: &str) -> Value {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).cloned().unwrap_or_default()
    }

    /// A value as it is written.
    pub(super) fn written(&mut self, value: &Value) -> Result<String> {
        if let Some(text) = value.as_str() {
            self.budget.make(text.len())?;
            return Ok(text.to_owned());
        }
        let weight = weigh(value, self.budget)?;
        self.budget.make(weight.saturating_mul(WRITTEN))?;
        self.environment.empty_state().format(value.clone()).map_err(|error| failed(&error))
    }

    fn nodes(&mut self, nodes: &'t [Node]) -> Result<()> {
        nodes.iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &'t Node) -> Result<()> {
        self.budget.step(1)?;
        match node {
            Node::Text(text) => self.write(text),
            Node::Emit(expr) => self.emit(expr),
            Node::If { test, then, otherwise } => {
                let holds = self.value(test)?.is_true();
                self.nodes(if holds { then } else { otherwise })
            }
            Node::For(found) => self.for_each(found),
            Node::Set(target, expr) => {
                let value = self.value(expr)?;
                self.give(target, value)
            }
            Node::With { names, body } => {
                self.scopes.push(BTreeMap::new());
                for (target, expr) in names {
                    let value = self.value(expr)?;
                    self.give(target, value)?;
                }
                self.nodes(body)?;
                self.scopes.pop();
                Ok(())
            }
        }
    }

    fn for_each(&mut self, found: &'t For) -> Result<()> {
        let items = self.value(&found.items)?;
        let mut items = self.items(&items)?;
        if let Some(filter) = &found.filter {
            let mut kept = Vec::new();
            for item in items {
                self.scopes.push(BTreeMap::new());
                self.give(&found.target, item.clone())?;
                if self.value(filter)?.is_true() {
                    kept.push(item);
                }
                self.scopes.pop();
            }
            items = kept;
        }
        if items.is_empty() {
            return self.nodes(&found.otherwise);
        }
        let length = items.len();
        for (index, item) in items.into_iter().enumerate() {
            self.budget.step(4)?;
            self.scopes.push(BTreeMap::from([("loop", position(index, length))]));
            self.give(&found.target, item)?;
            self.nodes(&found.body)?;
            self.scopes.pop();
        }
        Ok(())
    }

    /// What is in a value; nothing, if it is not defined.
    pub(super) fn items(&mut self, value: &Value) -> Result<Vec<Value>> {
        if value.is_undefined() {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        for item in value.try_iter().map_err(|error| failed(&error))? {
            self.budget.step(1)?;
            self.budget.make(VALUE)?;
            items.push(item);
        }
        Ok(items)
    }

    fn give(&mut self, target: &'t Target, value: Value) -> Result<()> {
        match target {
            Target::Name(name) => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.insert(name, value);
                }
                Ok(())
            }
            Target::Parts(targets) => {
                let items = self.items(&value)?;
                if items.len() != targets.len() {
                    return Err(BadProgram::invalid("gives a list to a different number of names"));
                }
                targets.iter().zip(items).try_for_each(|(target, item)| self.give(target, item))
            }
        }
    }

    fn emit(&mut self, expr: &Expr) -> Result<()> {
        let value = self.value(expr)?;
        let text = match self.reader.place()? {
            Place::Anywhere => match value.as_str() {
                Some(text) => return self.write(text),
                None => self.written(&value)?,
            },
            Place::Whole if expr.is_of_the_template() => self.written(&value)?,
            Place::Whole => self.json(&value)?,
            Place::Within => {
                let text = self.written(&value)?;
                self.budget.make(text.len().saturating_mul(6))?;
                self.reader.within(text)
            }
        };
        self.write(&text)
    }

    /// A value as JSON; what the filter `tojson` has made is.
    fn json(&mut self, value: &Value) -> Result<String> {
        if let Some(json) = value.as_str().filter(|_| value.is_safe()) {
            return Ok(json.to_owned());
        }
        if value.is_undefined() {
            return Ok("null".to_owned());
        }
        let value = [value.clone()];
        filters::charge("tojson", &value, self.budget)?;
        let json = self.environment.empty_state().apply_filter("tojson", &value);
        Ok(json.map_err(|error| failed(&error))?.as_str().unwrap_or_default().to_owned())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.budget.write(text.len())?;
        self.budget.look(text.len())?;
        self.reader.read(text);
        self.out.push_str(text);
        Ok(())
    }
}

/// The variable `loop`.
fn position(index: usize, length: usize) -> Value {
    Value::from_pairs([
        ("index0", Value::from(index)),
        ("index", Value::from(index + 1)),
        ("revindex0", Value::from(length - index - 1)),
        ("revindex", Value::from(length - index)),
        ("length", Value::from(length)),
        ("first", Value::from(index == 0)),
        ("last", Value::from(index + 1 == length)),
    ])
}
