use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::pages::{self, Shown};
use crate::walk::routes;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Addresses that are not this API's.
const OF_OTHERS: [&str; 6] = ["/0", "/chat", "/console", "/etc", "/v1", "/.well-known"];

/// What is wrong with an address that a document names.
fn problem(shown: &Shown, routes: &BTreeSet<String>, read: &str) -> Option<String> {
    let text = shown.text.as_str();
    let (method, rest) = match text.split_once(' ') {
        Some((method, rest)) if METHODS.contains(&method) => (Some(method), rest),
        _ => (None, text),
    };
    let address = rest.split(' ').next().filter(|address| address.starts_with('/') && address.len() > 1)?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let ours = routes.iter().any(|route| {
        let (of, route) = route.split_once(' ').unwrap();
        method.is_none_or(|method| method == of) && is_at(path, route, method.is_none())
    });
    let of_others =
        method.is_none() && (path.contains('<') || OF_OTHERS.iter().any(|other| path.starts_with(other)));
    if !ours && !of_others {
        return Some(format!("{}: there is no route {text}", shown.place));
    }
    let unknown = query.split('&').filter_map(|pair| pair.split('=').next()).find(|name| {
        let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        plain && !name.is_empty() && !read.contains(&format!("\"{name}\""))
    })?;
    Some(format!("{}: no route reads {unknown}: {text}", shown.place))
}

/// Whether a path is one of a route, or of those below it.
fn is_at(path: &str, route: &str, or_below: bool) -> bool {
    let mut wanted = route.split('/');
    for segment in path.split('/') {
        match wanted.next() {
            Some(name) if name.starts_with("{*") => return true,
            Some(name) if name == segment || name.starts_with('{') => {}
            _ => return false,
        }
    }
    or_below || wanted.next().is_none()
}

/// The sources of the API, as one text.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { sources(&path) } else { fs::read_to_string(path).unwrap() })
        .collect()
}

#[test]
fn every_route_and_parameter_that_a_document_names_exists() {
    let (routes, read) = (routes::all(), sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))));
    let spans: Vec<_> = pages::all().iter().flat_map(pages::Page::spans).collect();
    let problems: Vec<_> = spans.iter().filter_map(|shown| problem(shown, &routes, &read)).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let wrong = |text: &str| {
        let shown = Shown { place: "x:1".into(), language: "".into(), before: "".into(), text: text.into() };
        problem(&shown, &routes, &read)
    };
    for text in ["GET /task", "PATCH /tasks/{id}", "POST /test_sets/{id}", "/webhook", "GET /tasks?stat=x"] {
        assert!(wrong(text).is_some(), "{text}");
    }
    for text in ["GET /tasks?status=x&limit=2", "PUT /limits/a", "/webhooks", "DELETE /tasks/{callback_id}"] {
        assert_eq!(wrong(text), None, "{text}");
    }
}
