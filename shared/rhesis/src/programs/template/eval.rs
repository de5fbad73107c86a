//! The value of an expression, within a budget.

use minijinja::Value;
use minijinja::value::{Kwargs, ValueKind};

use super::run::{Result, Run};
use super::tree::{Arguments, Expr, Relation};
use super::weigh::weigh;
use super::{called, filters, math, part};
use crate::programs::BadProgram;
use crate::programs::limits::TEMPLATE_STEPS;

impl Run<'_> {
    pub(super) fn value(&mut self, expr: &Expr) -> Result<Value> {
        self.budget.step(1)?;
        Ok(match expr {
            Expr::Const(value) => value.clone(),
            Expr::Name(name) => self.variable(name),
            Expr::Not(inner) => Value::from(!self.value(inner)?.is_true()),
            Expr::Negative(inner) => math::negative(&self.value(inner)?)?,
            Expr::And(both) => match self.value(&both.0)? {
                left if left.is_true() => self.value(&both.1)?,
                left => left,
            },
            Expr::Or(both) => match self.value(&both.0)? {
                left if left.is_true() => left,
                _ => self.value(&both.1)?,
            },
            Expr::Math(op, both) => {
                let (left, right) = (self.value(&both.0)?, self.value(&both.1)?);
                self.math(*op, &left, &right)?
            }
            Expr::Compare(first, rest) => self.compare(first, rest)?,
            Expr::IfElse(both, otherwise) => match (self.value(&both.0)?.is_true(), otherwise) {
                (true, _) => self.value(&both.1)?,
                (false, Some(otherwise)) => self.value(otherwise)?,
                (false, None) => Value::UNDEFINED,
            },
            Expr::Filter(name, input, arguments) => {
                let args = self.arguments(Some(input), arguments)?;
                filters::charge(name, &args, self.budget)?;
                let called = called(|| self.environment.empty_state().apply_filter(name, &args))?;
                // Only JSON is marked as safe: nothing that is said of a prompt makes it that.
                let stays =
                    &**name == "tojson" || &**name == "safe" && args.first().is_some_and(Value::is_safe);
                match called.as_str().filter(|_| called.is_safe() && !stays) {
                    Some(text) => Value::from(text),
                    None => called,
                }
            }
            Expr::Test(name, input, arguments) => {
                let args = self.arguments(Some(input), arguments)?;
                for arg in &args {
                    let weight = weigh(arg, self.budget)?;
                    self.budget.look(weight)?;
                }
                Value::from(match (&**name, &args[..]) {
                    ("divisibleby", [number, by]) => math::is_divisible(number, by)?,
                    _ => called(|| self.environment.empty_state().perform_test(name, &args))?,
                })
            }
            Expr::Attribute(of, name) => {
                let of = self.value(of)?;
                of.get_attr(name).unwrap_or_default()
            }
            Expr::Item(both) => {
                let (of, key) = (self.value(&both.0)?, self.value(&both.1)?);
                // Characters have no places: they are counted. Nor do items that are made one after the other.
                let searched = match (of.as_str(), of.kind()) {
                    (Some(text), _) => text.len(),
                    (None, ValueKind::Iterable) => weigh(&of, self.budget)?,
                    (None, _) => 0,
                };
                let weight = weigh(&key, self.budget)?.saturating_add(searched);
                self.budget.look(weight)?;
                of.get_item(&key).unwrap_or_default()
            }
            Expr::Slice(of, bounds) => self.slice(of, bounds)?,
            Expr::Range(arguments) => self.range(arguments)?,
            Expr::Dict(arguments) => {
                let named = &arguments.named;
                let pairs = named.iter().map(|(name, value)| Ok((name.as_ref(), self.value(value)?)));
                let pairs = pairs.collect::<Result<Vec<_>>>()?;
                self.made(Value::from_pairs(pairs))?
            }
            Expr::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>>>()?;
                self.made(Value::from(items))?
            }
            Expr::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| Ok((self.value(key)?, self.value(value)?)));
                let pairs = pairs.collect::<Result<Vec<_>>>()?;
                self.made(Value::from_pairs(pairs))?
            }
        })
    }

    /// A list or a mapping, once its weight is paid: all that is in it, as often as it is in it.
    pub(super) fn made(&mut self, value: Value) -> Result<Value> {
        let weight = weigh(&value, self.budget)?;
        self.budget.make(weight)?;
        Ok(value)
    }

    fn arguments(&mut self, input: Option<&Expr>, arguments: &Arguments) -> Result<Vec<Value>> {
        let plain = input.into_iter().chain(&arguments.plain);
        let mut values = plain.map(|expr| self.value(expr)).collect::<Result<Vec<_>>>()?;
        if !arguments.named.is_empty() {
            let named = arguments.named.iter().map(|(name, expr)| Ok((name.to_string(), self.value(expr)?)));
            values.push(Value::from(named.collect::<Result<Vec<_>>>()?.into_iter().collect::<Kwargs>()));
        }
        Ok(values)
    }

    fn compare(&mut self, first: &Expr, rest: &[(Relation, Expr)]) -> Result<Value> {
        let mut left = self.value(first)?;
        for (relation, right) in rest {
            let right = self.value(right)?;
            let weight = weigh(&left, self.budget)?.saturating_add(weigh(&right, self.budget)?);
            self.budget.look(weight)?;
            let holds = match relation {
                Relation::Equal => left == right,
                Relation::NotEqual => left != right,
                Relation::Less => left < right,
                Relation::LessOrEqual => left <= right,
                Relation::Greater => left > right,
                Relation::GreaterOrEqual => left >= right,
                Relation::In => self.is_in(&left, &right)?,
                Relation::NotIn => !self.is_in(&left, &right)?,
            };
            if !holds {
                return Ok(Value::from(false));
            }
            left = right;
        }
        Ok(Value::from(true))
    }

    fn slice(&mut self, of: &Expr, bounds: &[Option<Box<Expr>>; 3]) -> Result<Value> {
        let of = self.value(of)?;
        let mut numbers = [None; 3];
        for (number, bound) in numbers.iter_mut().zip(bounds) {
            let Some(bound) = bound else { continue };
            let value = self.value(bound)?;
            *number = match value.as_i64() {
                Some(whole) => Some(whole),
                None if value.is_none() || value.is_undefined() => None,
                None => return Err(BadProgram::invalid("slices by what is no whole number")),
            };
        }
        let weight = weigh(&of, self.budget)?;
        match of.as_str() {
            Some(text) => {
                self.budget.look(text.len())?;
                // A list of characters takes four bytes for each, and the list grows by doubling.
                self.budget.make(if part::is_in_one(numbers) { weight } else { weight.saturating_mul(9) })?;
                Ok(Value::from(part::text(text, numbers)?))
            }
            None => {
                self.budget.make(weight)?;
                let items = self.items(&of)?;
                Ok(Value::from(part::part(&items, numbers)?))
            }
        }
    }

    fn range(&mut self, arguments: &Arguments) -> Result<Value> {
        let mut numbers = Vec::new();
        for argument in &arguments.plain {
            let value = self.value(argument)?;
            numbers.push(
                value.as_i64().ok_or_else(|| BadProgram::invalid("calls range() with what is no number"))?,
            );
        }
        let (start, stop, step) = match numbers[..] {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] if step != 0 => (start, stop, step),
            _ => {
                return Err(BadProgram::invalid(
                    "calls range() with other than 1 to 3 numbers, the last not 0",
                ));
            }
        };
        let span = if step > 0 {
            i128::from(stop) - i128::from(start)
        } else {
            i128::from(start) - i128::from(stop)
        };
        let count = span.max(0).unsigned_abs().div_ceil(u128::from(step.unsigned_abs()));
        TEMPLATE_STEPS.check(count)?;
        let items = (0_i128..).zip(0..count).map(|(index, _)| i128::from(start) + index * i128::from(step));
        // Each is between the first and the last.
        let items: Vec<Value> = items.filter_map(|item| i64::try_from(item).ok()).map(Value::from).collect();
        self.made(Value::from(items))
    }

    fn is_in(&mut self, part: &Value, whole: &Value) -> Result<bool> {
        Ok(match (whole.as_str(), whole.kind()) {
            (Some(whole), _) => whole.contains(&self.written(part)?),
            (None, ValueKind::Map) => whole.get_item(part).is_ok_and(|found| !found.is_undefined()),
            _ => whole.try_iter().is_ok_and(|mut items| items.any(|item| item == *part)),
        })
    }
}
