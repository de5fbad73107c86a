use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::api::{Api, Pages, ask};
use crate::exit::Failure;

/// Digits of an id that are a time of their own: an id of version 7 begins with its milliseconds since 1970.
const DIGITS_OF_TIME: usize = 12;
/// With fewer digits an id could be of any of many hours.
const LEAST_DIGITS: usize = 8;
/// Ids and times of start are read from clocks one after the other: a task may stand so far beside its id.
const CLOCKS: TimeDelta = TimeDelta::seconds(30);
/// So many tasks that begin alike are told.
const MOST_TOLD: usize = 5;

/// The task that is meant by `text`: its id in any form, an address that has one in it, or the beginning of one.
pub(crate) async fn task_id(api: &Api, text: &str) -> Result<Uuid, Failure> {
    if let Some(id) = whole(text) {
        return Ok(id);
    }
    let prefix: String = text.trim().chars().filter(|c| *c != '-').collect::<String>().to_lowercase();
    if prefix.len() < LEAST_DIGITS
        || prefix.len() > 32
        || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return Err(Failure::usage(format!(
            "{text:?} is no id: give all of it, or its first {LEAST_DIGITS} digits or more."
        )));
    }
    let (after, before) =
        window(&prefix).ok_or_else(|| Failure::not_found(format!("No task begins with {text}.")))?;
    let found = beginning_with(api, &prefix, after, before).await?;
    match found.as_slice() {
        [] => Err(Failure::not_found(format!("No task begins with {text}. What was pruned is not found."))),
        [one] => Ok(*one),
        several => {
            let told: Vec<String> = several.iter().map(Uuid::to_string).collect();
            Err(Failure::usage(format!(
                "{text} is the beginning of several tasks: {}. Give more of it.",
                told.join(", ")
            )))
        }
    }
}

async fn beginning_with(
    api: &Api,
    prefix: &str,
    after: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<Vec<Uuid>, Failure> {
    let text = |time: DateTime<Utc>| Some(time.to_rfc3339_opts(SecondsFormat::Millis, true));
    let (after, before) = (after - CLOCKS, before + CLOCKS);
    let path = ask::with_query(
        "/tasks",
        [("limit", Some("200".into())), ("created_after", text(after)), ("created_before", text(before))],
    );
    let (mut pages, mut found) = (Pages::of(api, path), Vec::new());
    while let Some(page) = pages.next().await? {
        for row in page {
            let row: Value = serde_json::from_str(row.get()).unwrap_or_default();
            let id = row["task_id"].as_str().and_then(|id| Uuid::parse_str(id).ok());
            found.extend(id.filter(|id| id.simple().to_string().starts_with(prefix)));
            if found.len() == MOST_TOLD {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

/// The id in a text that has a whole one: with hyphens or without, in any case, also within an address.
pub(crate) fn whole(text: &str) -> Option<Uuid> {
    let words = text.split(|character: char| !character.is_ascii_hexdigit() && character != '-');
    words.filter(|word| word.len() >= 32).find_map(|word| Uuid::parse_str(word.trim_matches('-')).ok())
}

/// The id in what was given for the id of something that is not looked up by its beginning.
pub(crate) fn whole_id(text: &str, what: &str) -> Result<Uuid, Failure> {
    whole(text).ok_or_else(|| Failure::usage(format!("{text:?} is no id of a {what}: give all of it.")))
}

/// From when until when ids were made that begin with these digits.
fn window(prefix: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let time = &prefix[..prefix.len().min(DIGITS_OF_TIME)];
    let missing = u32::try_from(4 * (DIGITS_OF_TIME - time.len())).ok()?;
    let first = i64::from_str_radix(time, 16).ok()? << missing;
    let after = DateTime::from_timestamp_millis(first)?;
    let before = after.checked_add_signed(TimeDelta::try_milliseconds(1 << missing)?)?;
    (before.timestamp() < 253_402_300_800).then_some((after, before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_in_any_form_and_a_beginning_is_a_stretch_of_time() {
        let id: Uuid = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23".parse().unwrap();
        for text in [
            "01976AD07C3E7D419C2A0B5F6E8D1A23",
            "https://x/console/tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23?y=1",
        ] {
            assert_eq!(whole(text), Some(id), "{text}");
        }
        assert_eq!(whole("01976ad0"), None);
        let (after, before) = window("01976ad0").unwrap();
        assert_eq!((before - after).num_milliseconds(), 65_536);
        let (after, before) = window("01976ad07c3e7d").unwrap();
        assert_eq!((before - after).num_milliseconds(), 1);
        assert_eq!(window("ffffffff"), None);
    }
}
