use crate::programs::BadProgram;

/// A part of a list, as `list[start:stop:step]` says.
pub(super) fn part<T: Clone>(items: &[T], bounds: [Option<i64>; 3]) -> Result<Vec<T>, BadProgram> {
    let [start, stop, step] = bounds;
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(BadProgram::invalid("slices in steps of 0"));
    }
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let place = |given: Option<i64>, otherwise: i64| match given {
        None => otherwise,
        Some(place) if place < 0 => place.saturating_add(length).clamp(lowest, highest),
        Some(place) => place.clamp(lowest, highest),
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let (mut at, end) = (place(start, first), place(stop, last));
    let mut found = Vec::new();
    while if step > 0 { at < end } else { at > end } {
        found.extend(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned());
        at = at.saturating_add(step);
    }
    Ok(found)
}

/// Whether the parts that these bounds name stand side by side, in their order.
pub(super) fn is_in_one(bounds: [Option<i64>; 3]) -> bool {
    bounds[2].is_none_or(|step| step == 1)
}

/// A part of a text, by its characters.
pub(super) fn text(text: &str, bounds: [Option<i64>; 3]) -> Result<String, BadProgram> {
    if !is_in_one(bounds) {
        let signs: Vec<char> = text.chars().collect();
        return Ok(part(&signs, bounds)?.into_iter().collect());
    }
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let place = |given: i64| if given < 0 { given.saturating_add(length) } else { given };
    // Where a character begins, in bytes; behind the last is the end.
    let at = |given: i64| {
        let signs = usize::try_from(place(given)).unwrap_or_default();
        text.char_indices().nth(signs).map_or(text.len(), |(at, _)| at)
    };
    let (start, stop) = (bounds[0].map_or(0, at), bounds[1].map_or(text.len(), at));
    Ok(text.get(start..stop).unwrap_or_default().to_owned())
}
