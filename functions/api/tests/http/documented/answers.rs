use std::collections::BTreeSet;

use serde_json::Value;

use super::{address, pages};
use crate::walk::tenant::Tenant;
use crate::world::Api;

/// The last `GET …` in bold before a block, if nothing but its own paragraph and a request is between.
fn shown_for(before: &str) -> Option<&str> {
    let paragraph = before.rsplit("**`GET ").next().filter(|rest| rest.len() < before.len())?;
    let path = paragraph.split('`').next()?;
    let between = paragraph.lines().count();
    (between < 6 && !path.contains(' ')).then_some(path)
}

/// The fields of an answer: of a list, those of what it lists.
fn fields(value: &Value) -> BTreeSet<&str> {
    let one = value.as_array().map_or(value, |items| items.first().unwrap_or(&Value::Null));
    one.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn every_example_in_json_is_json() {
    let mut broken = Vec::new();
    for block in pages::all().iter().flat_map(|page| page.blocks(&["json"])) {
        let whole = serde_json::from_str::<Value>(&block.text).is_ok();
        let lines = || block.text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok());
        if !whole && !lines() {
            broken.push(block.place);
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_document_shows_of_an_answer_has_the_fields_of_the_answer() {
    let api = Api::new().await;
    let tenant = Tenant::new(&api).await;
    let (mut compared, mut wrong) = (0, Vec::new());
    for block in pages::all().iter().flat_map(|page| page.blocks(&["json"])) {
        let Some(path) = shown_for(&block.before) else { continue };
        let answer = tenant.client.get(&address(path, &tenant)).await;
        let shown: Value = serde_json::from_str(&block.text).unwrap();
        compared += 1;
        if fields(&shown) != fields(&answer.body) {
            let missing: Vec<_> =
                fields(&answer.body).difference(&fields(&shown)).map(ToString::to_string).collect();
            let gone: Vec<_> =
                fields(&shown).difference(&fields(&answer.body)).map(ToString::to_string).collect();
            wrong.push(format!(
                "{} GET {path}: not shown {missing:?}, not answered {gone:?}: {}",
                block.place, answer.status
            ));
        }
    }
    assert!(compared > 6, "{compared} answers");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
