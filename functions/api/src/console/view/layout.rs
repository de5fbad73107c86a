use maud::{DOCTYPE, Markup, html};

use super::Place;
use crate::console::assets;

/// The parts of the console, as the navigation names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Section {
    Overview,
    Tasks,
    DeadLetters,
    Batches,
    Schedules,
    Limits,
    Kinds,
    Runs,
    TestSets,
    Endpoints,
    Metrics,
    Models,
    Tokens,
    Webhooks,
}

/// A part of the console, its name, and its page.
type Entry = (Section, &'static str, &'static str);

/// Name and page of each, in groups of what belongs together.
const NAVIGATION: [(&str, &[Entry]); 3] = [
    (
        "Testing",
        &[
            (Section::Runs, "Test runs", "runs"),
            (Section::TestSets, "Test sets", "test-sets"),
            (Section::Endpoints, "Endpoints", "endpoints"),
            (Section::Metrics, "Metrics", "metrics"),
            (Section::Models, "Models", "models"),
        ],
    ),
    (
        "Tasks",
        &[
            (Section::Tasks, "Tasks", "tasks"),
            (Section::DeadLetters, "Dead letters", "dead-letters"),
            (Section::Batches, "Batch operations", "batches"),
            (Section::Schedules, "Schedules", "schedules"),
            (Section::Limits, "Limits", "limits"),
            (Section::Kinds, "Kinds", "kinds"),
        ],
    ),
    ("Access", &[(Section::Tokens, "Tokens", "tokens"), (Section::Webhooks, "Webhooks", "webhooks")]),
];

/// A page of somebody who is signed in. What has an id and `data-live` in `main` is what the script keeps up to date.
pub(in crate::console) fn layout(place: &Place, section: Section, title: &str, main: &Markup) -> Markup {
    let link = |this: Section, name: &str, page: &str| {
        html! {
            li { a href=(place.to(page)) aria-current=[(this == section).then_some("page")] { (name) } }
        }
    };
    let body = html! {
            a.skip href="#main" { "Skip to the content" }
            header.top {
                a.brand href=(place.to("")) { "Rhesis tasks" }
                form.find role="search" method="get" action=(place.to("find")) {
                    label.hidden for="find" { "Find by id" }
                    input #find type="search" name="q" placeholder="Paste any id" autocomplete="off" spellcheck="false";
                }
                form method="post" action=(place.to("sign-out")) {
                    (csrf(place))
                    button type="submit" { "Sign out" }
                }
            }
            nav.side aria-label="Sections" {
                ul { (link(Section::Overview, "Overview", "")) }
                @for (group, links) in NAVIGATION {
                    h2 { (group) }
                    ul { @for (section, name, page) in links.iter() { (link(*section, name, page)) } }
                }
            }
            main #main tabindex="-1" { (main) }
    };
    document(place, title, "app", &body)
}

/// A page of nobody in particular: the sign-in, an error.
pub(in crate::console) fn bare(place: &Place, title: &str, main: &Markup) -> Markup {
    let body = html! {
        header.top { a.brand href=(place.to("")) { "Rhesis tasks" } }
        main #main { (main) }
    };
    document(place, title, "bare", &body)
}

/// The hidden field that makes a form one of this session.
pub(in crate::console) fn csrf(place: &Place) -> Markup {
    html! { input type="hidden" name="csrf" value=(place.csrf); }
}

fn document(place: &Place, title: &str, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Rhesis tasks" }
                link rel="icon" href=(place.to(assets::ICON.address()));
                link rel="stylesheet" href=(place.to(assets::STYLE.address()));
                script src=(place.to(assets::SCRIPT.address())) defer {}
            }
            body class=(class) { (body) }
        }
    }
}
