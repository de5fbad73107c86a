//! The most that a filter makes, in bytes, of what it is given.

use minijinja::Value;

use super::budget::Budget;
use super::weigh::{WRITTEN, weigh};
use crate::programs::{BadProgram, TooMuch};

/// The widest indent of a line, in characters.
const WIDEST: i64 = 64;
/// And of a level of JSON.
const WIDEST_JSON: i64 = 8;

/// An argument as a filter sees it, in bytes.
#[derive(Clone, Copy, Default)]
struct Given {
    /// What it takes, with what is in it.
    weight: usize,
    /// The longest that it may be as a text, and the shortest.
    most: usize,
    least: usize,
    /// What a filter makes of what is no text before it looks at it: the text.
    written: usize,
}

impl Given {
    fn of(value: &Value, budget: &mut Budget) -> Result<Self, TooMuch> {
        let weight = weigh(value, budget)?;
        Ok(match value.as_str() {
            Some(text) => Self { weight, most: text.len(), least: text.len(), written: 0 },
            None => {
                let most = weight.saturating_mul(WRITTEN);
                Self { weight, most, least: usize::from(!value.is_undefined()), written: most }
            }
        })
    }
}

/// The most that a filter makes of its arguments, the first of which is what it is applied to. The steps that it takes are
/// taken from the budget.
///
/// # Errors
/// The steps are more than are left, or there is no bound.
pub(super) fn made(name: &str, args: &[Value], budget: &mut Budget) -> Result<usize, BadProgram> {
    let given = args.iter().map(|arg| Given::of(arg, budget)).collect::<Result<Vec<_>, _>>()?;
    let of = |n: usize| given.get(n).copied().unwrap_or_default();
    let sum = |part: fn(&Given) -> usize| given.iter().map(part).fold(0, usize::saturating_add);
    let (first, all, written) = (of(0), sum(|given| given.weight), sum(|given| given.written));
    let items = args.first().map_or(0, length);
    budget.look(all)?;
    // An attribute is looked for in each item.
    if matches!(name, "join" | "max" | "min" | "sort" | "sum") {
        budget.look(items.saturating_mul(all - first.weight))?;
    }
    let made = match name {
        // An empty text is found before each character and at the end.
        "replace" => {
            let found = first.most.checked_div(of(1).least).unwrap_or(first.most + 1);
            written.saturating_add(first.most).saturating_add(found.saturating_mul(of(2).most))
        }
        "join" => {
            // The joiner may be named, and is among the others then.
            let is_named = args.get(1).is_some_and(Value::is_kwargs);
            let joiner = if is_named { of(1).weight } else { of(1).most };
            let texts = match args.first() {
                Some(value) if value.as_str().is_none() => written_items(value, budget)?,
                _ => first.most,
            };
            items.saturating_mul(joiner).saturating_add(joiner).saturating_add(texts)
        }
        "indent" => {
            within("indents by", widest(args), WIDEST)?;
            let lines = args.first().and_then(Value::as_str).map_or(1, |text| text.split('\n').count());
            written.saturating_add(first.most).saturating_add((lines + 1).saturating_mul(WIDEST as usize))
        }
        // Each value may stand on a line of its own, behind as many spaces as it has levels.
        "tojson" => {
            within("indents JSON by", widest(args), WIDEST_JSON)?;
            first.weight.saturating_mul(if args.len() > 1 { 24 } else { 7 })
        }
        // Every character of the text may be looked for in the other.
        "trim" => {
            budget.step(first.most.saturating_mul(of(1).most) / 64)?;
            written.saturating_add(first.most)
        }
        // By several attributes: each item has a list of what they are, in small letters.
        "sort" => {
            budget.step(items.saturating_mul(4))?;
            let keys = others(args).filter_map(|arg| Some(arg.as_str()?.matches(',').count())).max();
            let keyed = keys.unwrap_or_default().saturating_mul(first.weight).saturating_mul(2);
            all.saturating_mul(40).saturating_add(keyed)
        }
        "split" | "lines" | "list" | "items" | "dictsort" | "reverse" => {
            budget.step(items.saturating_mul(4))?;
            all.saturating_mul(40)
        }
        "escape" | "e" => written.saturating_add(first.most.saturating_mul(6)),
        // Both sides of a comparison in small letters; a list turned around.
        "min" | "max" | "last" => first.weight,
        "length" | "count" | "first" | "bool" | "d" | "default" | "attr" => 16,
        // Texts and lists would be added to one another: the sum of so many is made anew for each.
        "sum" if begin(args).is_some_and(|begin| !begin.is_number()) => {
            return Err(BadProgram::invalid("sums up from what is no number"));
        }
        // A letter may have three in its other case.
        _ => written.saturating_add(first.most.saturating_mul(3)),
    };
    Ok(made)
}

/// How many items a value has, or characters.
fn length(value: &Value) -> usize {
    value.len().unwrap_or_else(|| value.try_iter().map_or(0, Iterator::count))
}

/// What the items of a list take as texts one after the other.
fn written_items(value: &Value, budget: &mut Budget) -> Result<usize, TooMuch> {
    let mut all = 0_usize;
    for item in value.try_iter().into_iter().flatten() {
        all = all.saturating_add(Given::of(&item, budget)?.most);
    }
    Ok(all)
}

/// What a filter is given beside what it is applied to, with what is named.
fn others(args: &[Value]) -> impl Iterator<Item = Value> {
    args.iter().skip(1).flat_map(|arg| {
        if !arg.is_kwargs() {
            return vec![arg.clone()];
        }
        let names = arg.try_iter().into_iter().flatten();
        names.filter_map(|name| arg.get_item(&name).ok()).collect()
    })
}

/// What a sum begins with, if that is said.
fn begin(args: &[Value]) -> Option<Value> {
    let named = args.last().filter(|arg| arg.is_kwargs()).and_then(|named| named.get_attr("start").ok());
    let said = args.get(2).filter(|arg| !arg.is_kwargs()).cloned().or(named);
    said.filter(|begin| !begin.is_none() && !begin.is_undefined())
}

/// The largest number that a filter is given.
fn widest(args: &[Value]) -> i64 {
    let numbers = others(args).filter(Value::is_number);
    numbers.map(|number| number.as_i64().unwrap_or(i64::MAX)).max().unwrap_or_default()
}

fn within(does: &str, width: i64, widest: i64) -> Result<(), BadProgram> {
    match width > widest {
        true => Err(BadProgram::invalid(format!("{does} more than {widest}"))),
        false => Ok(()),
    }
}
