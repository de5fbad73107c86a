//! Operators on numbers, and those that make a text or a list longer.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::run::{Result, Run};
use super::tree::Math;
use super::weigh::weigh;
use crate::programs::BadProgram;

/// A number as operators take it.
#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        if !value.is_number() && value.kind() != ValueKind::Bool {
            return None;
        }
        let whole = i128::try_from(value.clone())
            .ok()
            .filter(|_| value.is_integer() || value.kind() == ValueKind::Bool);
        whole.map(Self::Whole).or_else(|| f64::try_from(value.clone()).ok().map(Self::Float))
    }

    #[expect(clippy::cast_precision_loss, reason = "as every language does that has both")]
    fn float(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Float(float) => float,
        }
    }
}

impl Run<'_> {
    pub(super) fn math(&mut self, op: Math, left: &Value, right: &Value) -> Result<Value> {
        if op == Math::Concat {
            let mut text = self.written(left)?;
            let right = self.written(right)?;
            self.budget.make(text.len() + right.len())?;
            text.push_str(&right);
            return Ok(Value::from(text));
        }
        if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
            return numbers(op, left, right);
        }
        match (op, left.kind(), right.kind()) {
            (Math::Add, ValueKind::String, ValueKind::String) => self.math(Math::Concat, left, right),
            (Math::Add, ValueKind::Seq | ValueKind::Iterable, ValueKind::Seq | ValueKind::Iterable) => {
                let mut items = self.items(left)?;
                items.extend(self.items(right)?);
                self.made(Value::from(items))
            }
            (Math::Multiply, ValueKind::String | ValueKind::Seq, ValueKind::Number) => {
                self.repeated(left, right)
            }
            (Math::Multiply, ValueKind::Number, ValueKind::String | ValueKind::Seq) => {
                self.repeated(right, left)
            }
            _ => Err(impossible()),
        }
    }

    fn repeated(&mut self, value: &Value, times: &Value) -> Result<Value> {
        let times = times.as_usize().ok_or_else(impossible)?;
        let weight = match value.as_str() {
            Some(text) => text.len(),
            None => weigh(value, self.budget)?,
        };
        self.budget.make(weight.saturating_mul(times))?;
        match value.as_str() {
            Some(text) => Ok(Value::from(text.repeat(times))),
            None => {
                let items = self.items(value)?;
                Ok(Value::from(std::iter::repeat_n(items, times).flatten().collect::<Vec<Value>>()))
            }
        }
    }
}

/// Whether a number is a multiple of another. What is no number is not.
pub(super) fn is_divisible(number: &Value, by: &Value) -> Result<bool> {
    match (Number::of(number), Number::of(by)) {
        (Some(_), Some(Number::Whole(0))) => {
            Err(BadProgram::invalid("cannot be rendered: nothing is divisible by 0"))
        }
        // The least of all numbers by -1 is larger than the largest.
        (Some(Number::Whole(number)), Some(Number::Whole(by))) => {
            Ok(number.checked_rem(by).unwrap_or(0) == 0)
        }
        (Some(number), Some(by)) => Ok(number.float() % by.float() == 0.0),
        _ => Ok(false),
    }
}

pub(super) fn negative(value: &Value) -> Result<Value> {
    match Number::of(value) {
        Some(Number::Whole(whole)) => whole.checked_neg().map(Value::from).ok_or_else(impossible),
        Some(Number::Float(float)) => Ok(Value::from(-float)),
        None => Err(impossible()),
    }
}

fn numbers(op: Math, left: Number, right: Number) -> Result<Value> {
    if let (Number::Whole(left), Number::Whole(right)) = (left, right) {
        let whole = match op {
            Math::Add => left.checked_add(right),
            Math::Subtract => left.checked_sub(right),
            Math::Multiply => left.checked_mul(right),
            Math::FloorDivide => left.checked_div_euclid(right),
            Math::Remainder => left.checked_rem_euclid(right),
            Math::Power => u32::try_from(right).ok().and_then(|power| left.checked_pow(power)),
            Math::Divide | Math::Concat => return floats(op, left as f64, right as f64),
        };
        return whole.map(Value::from).ok_or_else(impossible);
    }
    floats(op, left.float(), right.float())
}

fn floats(op: Math, left: f64, right: f64) -> Result<Value> {
    Ok(Value::from(match op {
        Math::Add => left + right,
        Math::Subtract => left - right,
        Math::Multiply => left * right,
        Math::Divide => left / right,
        Math::FloorDivide => left.div_euclid(right),
        Math::Remainder => left.rem_euclid(right),
        Math::Power => left.powf(right),
        Math::Concat => return Err(impossible()),
    }))
}

/// Says nothing of the values: they may be a prompt's.
fn impossible() -> BadProgram {
    BadProgram::invalid("cannot be rendered: an operator cannot be applied to these values")
}
