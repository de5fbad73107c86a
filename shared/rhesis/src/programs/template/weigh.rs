use minijinja::Value;
use minijinja::value::ValueKind;

use super::budget::Budget;
use crate::programs::TooMuch;
use crate::programs::limits::VALUE_NESTING;

/// What a value takes beside the text in it, in bytes.
pub(super) const VALUE: usize = 32;

/// So many times its weight a value takes at most as a text: a character of a text in a list may be an escape of six, as
/// `\u{7f}`, and a fraction has up to 342 digits.
pub(super) const WRITTEN: usize = 6;

/// How many bytes a value has with all that is in it, as often as it is in it. Each value that is looked at is a step.
pub(super) fn weigh(value: &Value, budget: &mut Budget) -> Result<usize, TooMuch> {
    at(value, budget, 0)
}

fn at(value: &Value, budget: &mut Budget, depth: usize) -> Result<usize, TooMuch> {
    VALUE_NESTING.check(depth)?;
    budget.step(1)?;
    let mut weight = VALUE;
    match value.kind() {
        ValueKind::Number if !value.is_integer() => weight += VALUE,
        ValueKind::String => weight += value.as_str().map_or(0, str::len),
        ValueKind::Map | ValueKind::Seq | ValueKind::Iterable | ValueKind::Plain => {
            let is_map = value.kind() == ValueKind::Map;
            for item in value.try_iter().into_iter().flatten() {
                if is_map && let Ok(of_key) = value.get_item(&item) {
                    weight += at(&of_key, budget, depth + 1)?;
                }
                weight += at(&item, budget, depth + 1)?;
            }
        }
        _ => {}
    }
    Ok(weight)
}
