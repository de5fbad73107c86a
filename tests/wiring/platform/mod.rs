//! Accounts as they are: every partition, more than one stack in a region, and updates that keep the database.

mod first_deployment;
mod names;
mod partitions;
mod pitfalls;
mod replacement;
mod versions;

use crate::document::{At, Document};
use crate::{ALARMS, MONITORING, TEMPLATE, read};

const DATABASE: &str = "infra/database.yaml";
const NETWORK: &str = "infra/network.yaml";

/// All that is deployed.
const FILES: [&str; 5] = [TEMPLATE, ALARMS, MONITORING, DATABASE, NETWORK];

/// Puts one text in place of another in a template, and looks whether a problem is found that ends so.
fn is_reported(problems: impl Fn(&Document) -> Vec<String>, file: &str, from: &str, to: &str, said: &str) {
    let text = read(file);
    assert!(text.contains(from), "{from} is not in {file}");
    let found = problems(&Document::parse(file, &text.replacen(from, to, 1)));
    assert!(found.iter().any(|it| it.ends_with(said)), "{from} → {to}: {found:?}");
}

/// Calls `look` with every text below a value and the keys that lead there.
fn every_text<'a>(value: At<'a>, keys: &mut Vec<&'a str>, look: &mut impl FnMut(&[&'a str], At<'a>)) {
    for (key, below) in value.entries() {
        keys.push(key);
        every_text(below, keys, look);
        keys.pop();
    }
    let items = value.items();
    if value.is_list() {
        for item in items {
            every_text(item, keys, look);
        }
    } else if !value.text().is_empty() {
        look(keys, value);
    }
}
