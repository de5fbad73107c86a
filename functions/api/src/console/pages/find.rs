use axum::response::Response;
use maud::html;
use uuid::Uuid;

use super::act::page;
use crate::console::refusal::{Refusal, see_other};
use crate::console::session::SignedIn;
use crate::console::view::{Section, empty};

/// Where each kind of thing is asked for by its id, and where its page is.
const PLACES: [(&str, &str); 9] = [
    ("/tasks/", "tasks/"),
    ("/test_runs/", "runs/"),
    ("/test_results/", "results/"),
    ("/groups/", "groups/"),
    ("/test_sets/", "test-sets/"),
    ("/endpoints/", "endpoints/"),
    ("/metrics/", "metrics/"),
    ("/models/", "models/"),
    ("/schedules/", "schedules"),
];

/// GET `/console/find?q=…`: leads to whatever has this id, which may be pasted in any form, also within an address.
pub(super) async fn find(by: SignedIn) -> Result<Response, Refusal> {
    let asked = by.place.asked("q");
    if let Some(id) = id_in(&asked) {
        for (route, place) in PLACES {
            if by.ask.find(&format!("{route}{id}")).await?.is_some() {
                let place = if place.ends_with('/') { format!("{place}{id}") } else { place.to_owned() };
                return Ok(see_other(&place));
            }
        }
    }
    let main = html! {
        h1 { "Nothing found" }
        (empty(&format!("Nothing has the id “{}”.", asked.chars().take(80).collect::<String>()), &html! {
            "Paste the whole id of a task, group, run, result, test set, endpoint, metric or model. "
            "What has been pruned or deleted, and what is another organization's, is not found."
        }))
    };
    Ok(page(&by, Section::Overview, "Nothing found", &main))
}

/// The first id in a text: with hyphens or without, in any case.
fn id_in(text: &str) -> Option<Uuid> {
    let words = text.split(|character: char| !character.is_ascii_hexdigit() && character != '-');
    words.filter(|word| word.len() >= 32).find_map(|word| Uuid::parse_str(word.trim_matches('-')).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_in_any_form() {
        let id: Uuid = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23".parse().unwrap();
        for text in [
            "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23",
            " 01976AD07C3E7D419C2A0B5F6E8D1A23\n",
            "https://api.test/console/tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23?x=1",
            "task_id=\"01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23\",",
        ] {
            assert_eq!(id_in(text), Some(id), "{text}");
        }
        assert_eq!(id_in("tasks"), None);
    }
}
