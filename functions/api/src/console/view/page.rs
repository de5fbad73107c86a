use maud::{Markup, html};
use serde_json::Value;

use super::Place;
use super::layout::csrf;

/// What a list shows that has nothing: what to do next.
pub(in crate::console) fn empty(what: &str, next: &Markup) -> Markup {
    html! { div.empty { p { strong { (what) } } p { (next) } } }
}

/// Names and values beside each other.
pub(in crate::console) fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}

/// Links to the first page of a list and to the next, of which a route said where it is.
pub(in crate::console) fn pager(place: &Place, next: Option<&str>) -> Markup {
    let behind = !place.asked("cursor").is_empty();
    let next = place.onward(next);
    html! {
        @if behind || next.is_some() {
            nav.pager aria-label="Pages" {
                @if behind { a href=(place.with("cursor", "")) { "First page" } }
                @if let Some(next) = next { a rel="next" href=(next) { "Next page" } }
            }
        }
    }
}

/// The last eight characters of an id: the first are its time, and alike in all that were made together.
pub(in crate::console) fn short(id: &Value) -> &str {
    let text = id.as_str().unwrap_or("–");
    text.len().checked_sub(8).and_then(|tail| text.get(tail..)).unwrap_or(text)
}

/// A link to the page of something by its id.
pub(in crate::console) fn id_link(place: &Place, page: &str, id: &Value) -> Markup {
    match id.as_str() {
        Some(text) => html! { a.id href=(place.to(&format!("{page}/{text}"))) title=(text) { (short(id)) } },
        None => html! { span.none { "–" } },
    }
}

/// A labelled field of a form.
pub(in crate::console) fn field(name: &str, label: &str, value: &str, help: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) type="text" name=(name) value=(value) aria-describedby=[(!help.is_empty()).then(|| format!("{name}-help"))];
            @if !help.is_empty() { p.help id={ (name) "-help" } { (help) } }
        }
    }
}

/// A labelled field of a form for many lines.
pub(in crate::console) fn area(name: &str, label: &str, value: &str, help: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            textarea id=(name) name=(name) rows=(value.lines().count().clamp(2, 16)) spellcheck="false" aria-describedby={ (name) "-help" } { (value) }
            p.help id={ (name) "-help" } { (help) }
        }
    }
}

/// A labelled choice of a form: values and their labels.
pub(in crate::console) fn choice(name: &str, label: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, shown) in options { option value=(value) selected[*value == chosen] { (shown) } }
            }
        }
    }
}

/// Asks once more before something that cannot be taken back with ease: the same form, with a yes.
pub(in crate::console) fn confirm(
    place: &Place,
    question: &str,
    yes: &str,
    back: &str,
    fields: &[(&str, &str)],
) -> Markup {
    html! {
        h1 { (question) }
        form.card method="post" action=[Option::<&str>::None] {
            (csrf(place))
            input type="hidden" name="confirmed" value="yes";
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            div.actions {
                button.danger type="submit" { (yes) }
                a.button href=(back) { "Leave it" }
            }
        }
    }
}
