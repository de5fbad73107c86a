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
