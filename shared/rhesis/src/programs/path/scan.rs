//! Reads what a path may cost off its text, before the parser sees it. Takes time linear in its length.

use crate::programs::BadProgram;
use crate::programs::limits::{PATH_FILTERS, PATH_LENGTH, PATH_NESTING, PATH_SEGMENTS};

/// What a path may cost on an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// How often a value can be found, descents aside: the selectors of its brackets, multiplied.
    pub(super) selectors: u64,
    /// How many `..` there are: a value is found below each of its parents.
    pub(super) descents: u32,
    /// How many queries from the root stand in filters: each may go through the whole answer for each value.
    pub(super) from_root: u32,
    /// Names, indexes, wildcards and the like.
    pub(super) parts: u64,
    /// Whether it finds one value at most, whatever the answer.
    pub(super) is_singular: bool,
}

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Selectors(u64),
    Filter,
    Group,
    Call,
}

/// What a path may cost.
///
/// # Errors
/// It goes beyond a limit, or calls a function that is not supported.
pub(super) fn scan(path: &str) -> Result<Shape, BadProgram> {
    PATH_LENGTH.check(path.len())?;
    let mut shape = Shape { selectors: 1, is_singular: true, ..Shape::default() };
    let mut open: Vec<Open> = Vec::new();
    let mut signs = path.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\'' | '"' => {
                while let Some((_, inner)) = signs.next().filter(|(_, inner)| *inner != sign) {
                    if inner == '\\' {
                        signs.next();
                    }
                }
            }
            '[' => {
                shape.parts += 1;
                open.push(Open::Selectors(1));
            }
            '(' => {
                let before = path[..at].trim_end();
                let name = before.rsplit(|sign: char| !(sign.is_alphanumeric() || sign == '_')).next();
                let name = name.unwrap_or_default();
                if ["match", "search"].contains(&name) {
                    let why = format!("calls {name}(): a filter may call length, count and value");
                    return Err(BadProgram::invalid(why));
                }
                open.push(if name.is_empty() { Open::Group } else { Open::Call });
            }
            ']' => {
                if open.last() == Some(&Open::Filter) {
                    open.pop();
                }
                if let Some(Open::Selectors(count)) = open.pop() {
                    shape.selectors = shape.selectors.saturating_mul(count);
                }
            }
            ')' => drop(open.pop()),
            '?' => {
                shape.is_singular = false;
                shape.parts += 1;
                open.push(Open::Filter);
            }
            ',' => {
                // A comma ends a filter, unless it stands between the arguments of a call.
                if open.last() == Some(&Open::Filter) {
                    open.pop();
                }
                if let Some(Open::Selectors(count)) = open.last_mut() {
                    *count += 1;
                    shape.is_singular = false;
                }
                shape.parts += 1;
            }
            '*' | ':' => shape.is_singular = false,
            '.' => {
                shape.parts += 1;
                if signs.peek().is_some_and(|(_, next)| *next == '.') {
                    signs.next();
                    shape.descents += 1;
                    shape.is_singular = false;
                }
            }
            '$' if !open.is_empty() => shape.from_root += 1,
            '@' => shape.parts += 1,
            _ => {}
        }
        PATH_NESTING.check(open.iter().filter(|open| **open != Open::Filter).count())?;
        PATH_FILTERS.check(open.iter().filter(|open| matches!(open, Open::Filter | Open::Call)).count())?;
        PATH_SEGMENTS.check(shape.parts)?;
    }
    Ok(shape)
}
