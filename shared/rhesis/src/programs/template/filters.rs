//! The filters that there are: those of minijinja whose result can be bounded before it is made.

use minijinja::Value;

use super::budget::Budget;
use super::worst;
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
    let made = worst::made(name, args, budget)?;
    Ok(budget.make(made)?)
}
