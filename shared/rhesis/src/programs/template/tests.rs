//! The tests behind `is`.

use crate::programs::BadProgram;

const KNOWN: [&str; 33] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
    "escaped",
];

pub(super) fn knows(name: &str) -> Result<(), BadProgram> {
    match KNOWN.contains(&name) {
        true => Ok(()),
        false => Err(BadProgram::invalid(format!("uses the test {name:?}: there are {}", KNOWN.join(", ")))),
    }
}
