//! The filters that there are: those of minijinja whose result can be bounded before it is made.

use minijinja::Value;

use super::budget::Budget;
use super::weigh::weigh;
use crate::programs::BadProgram;

/// The filters that there are.
const KNOWN: [&str; 35] = [
    "abs",
    "attr",
    "bool",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "max",
    "min",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "upper",
];

/// The widest indent of a line, in characters.
const WIDEST: i64 = 64;
/// And of a level of JSON.
const WIDEST_JSON: i64 = 8;

pub(super) fn knows(name: &str) -> Result<(), BadProgram> {
    match KNOWN.contains(&name) {
        true => Ok(()),
        false => {
            let why = format!("uses the filter {name:?}: there are {}", KNOWN.join(", "));
            Err(BadProgram::invalid(why))
        }
    }
}

/// Takes from the budget what a filter may make of its arguments, the first of which is what it is applied to.
pub(super) fn charge(name: &str, args: &[Value], budget: &mut Budget) -> Result<(), BadProgram> {
    let mut sizes = Vec::with_capacity(args.len());
    for arg in args {
        sizes.push(weigh(arg, budget)?);
    }
    // Also those that were named.
    let numbers = args.iter().skip(1).flat_map(|arg| {
        let named = arg.is_kwargs().then(|| arg.try_iter().ok()).flatten().into_iter().flatten();
        named.filter_map(|name| arg.get_item(&name).ok()).chain([arg.clone()]).collect::<Vec<_>>()
    });
    let widest = numbers.filter_map(|number| number.as_i64()).max().unwrap_or_default();
    let (all, first) = (sizes.iter().sum::<usize>(), sizes.first().copied().unwrap_or_default());
    let size = |n: usize| sizes.get(n).copied().unwrap_or_default();
    let items = args.first().and_then(Value::len).unwrap_or_default();
    let made = match name {
        "replace" => {
            let most = first / size(1).max(1) + 1;
            most.saturating_mul(size(2)).saturating_add(first)
        }
        "join" => items.saturating_mul(size(1)).saturating_add(all.saturating_mul(2)),
        "indent" => {
            if widest > WIDEST {
                return Err(BadProgram::invalid(format!("indents by more than {WIDEST}")));
            }
            let lines = args.first().and_then(Value::as_str).map_or(0, |text| text.lines().count());
            (lines + 1).saturating_mul(size(1).max(WIDEST as usize)).saturating_add(first)
        }
        // Each value may stand on a line of its own, behind as many spaces as it has levels.
        "tojson" => {
            if widest > WIDEST_JSON {
                return Err(BadProgram::invalid(format!("indents JSON by more than {WIDEST_JSON}")));
            }
            first.saturating_mul(if args.len() > 1 { 24 } else { 7 })
        }
        // Every character of the text may be looked for in the other.
        "trim" => {
            budget.step(first.saturating_mul(size(1)) / 64)?;
            first
        }
        "split" | "lines" | "list" | "items" | "dictsort" | "sort" | "reverse" => {
            budget.step(items.saturating_mul(4))?;
            all.saturating_mul(40)
        }
        "escape" | "e" => first.saturating_mul(6),
        "length" | "count" | "first" | "last" | "bool" | "d" | "default" | "attr" | "min" | "max" => 16,
        _ => all.saturating_mul(3),
    };
    budget.look(all)?;
    Ok(budget.make(made)?)
}
