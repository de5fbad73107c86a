use serde_json::json;

use super::{LISTS, ask, make_sets, names, walk};
use crate::world::Api;

#[tokio::test]
async fn pages_of_an_order_hold_every_row_once_also_among_equals() {
    let api = Api::new().await;
    let client = api.client().await;
    make_sets(&client, &["b", "a", "b", "c", "b", "a"]).await;
    for (order, expected) in [("asc", "aabbbc"), ("desc", "cbbbaa")] {
        for limit in ["1", "2", "5", "200"] {
            let query = [("sort_by", "name"), ("sort_order", order), ("limit", limit)];
            let rows = walk(&client, "/test_sets", &query).await;
            let found: String = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{limit}");
            let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row["id"].to_string()).collect();
            assert_eq!(ids.len(), 6);
        }
    }
    let flags = walk(&client, "/test_sets", &[("sort_by", "is_published"), ("limit", "2")]).await;
    let times = walk(&client, "/test_sets", &[("sort_by", "created_at"), ("limit", "2")]).await;
    let usual = walk(&client, "/test_sets", &[("limit", "2")]).await;
    assert_eq!((flags.len(), &times), (6, &usual), "newest first");
}

#[tokio::test]
async fn rows_without_a_value_have_their_place_in_the_order() {
    let api = Api::new().await;
    let client = api.client().await;
    for days in [json!(null), json!(3), json!(null), json!(5)] {
        client.post("/tokens", &json!({ "name": "t", "expires_in_days": days })).await;
    }
    let rows = walk(&client, "/tokens", &[("sort_by", "expires_at"), ("limit", "1")]).await;
    let has: Vec<bool> = rows.iter().map(|row| row["expires_at"].is_string()).collect();
    assert_eq!(has, [true, true, false, false, false], "and none comes twice or never");
}

#[tokio::test]
async fn the_tests_of_a_set_come_in_their_order_or_another() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, set, _) = api.configuration(&client, 5).await;
    let list = format!("/test_sets/{set}/tests");
    let prompts = async |query: &[(&str, &str)]| {
        let rows = walk(&client, &list, query).await;
        rows.iter().map(|row| row["position"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(prompts(&[("limit", "2")]).await, [1, 2, 3, 4, 5]);
    assert_eq!(prompts(&[("limit", "2"), ("sort_order", "desc")]).await, [5, 4, 3, 2, 1]);
    assert_eq!(prompts(&[("$filter", "position gt 2 and not endswith(prompt, '3')")]).await, [3, 5]);
    let page = ask(&client, &list, &[("skip", "3"), ("limit", "1")]).await;
    assert_eq!(
        (page.headers["x-total-count"].to_str().unwrap(), page.body.as_array().unwrap().len()),
        ("5", 1)
    );
}

#[tokio::test]
async fn who_says_what_the_document_has_as_defaults_gets_the_order_of_who_says_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, set, _) = api.configuration(&client, 3).await;
    make_sets(&client, &["b", "a"]).await;
    for name in ["b", "a"] {
        let new = json!({ "name": name, "kind": "count_test_sets", "every": 3600 });
        assert_eq!(client.post("/schedules", &new).await.status, 201);
        let hook = json!({ "url": format!("https://{name}.example/"), "events": ["task.failed"] });
        assert_eq!(client.post("/webhooks", &hook).await.status, 201);
    }
    let document = api::document();
    for list in ["/test_sets", "/test_configurations", "/schedules", "/webhooks", "/test_sets/{id}/tests"] {
        let parameters = document["paths"][list]["get"]["parameters"].as_array().unwrap();
        let default = |name| {
            let found = parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
            Some((name, found["schema"]["default"].as_str()?))
        };
        let said: Vec<_> = ["sort_by", "sort_order"].into_iter().filter_map(default).collect();
        let list = list.replace("{id}", &set.to_string());
        let (usual, same) = (ask(&client, &list, &[]).await, ask(&client, &list, &said).await);
        assert_eq!(usual.body, same.body, "{list} {said:?}");
    }
}

#[tokio::test]
async fn every_list_counts_its_rows_and_refuses_what_it_cannot_order_by() {
    let api = Api::new().await;
    let client = api.client().await;
    make_sets(&client, &["a", "b", "c"]).await;
    let page = ask(&client, "/test_sets", &[("skip", "1"), ("limit", "1")]).await;
    assert_eq!((names(&page), &page.headers["x-total-count"]), (vec!["b"], &"3".parse().unwrap()));
    for list in LISTS {
        assert!(client.get(list).await.headers.contains_key("x-total-count"), "{list}");
        for (name, value, said) in [
            ("sort_by", "secret", "must be one of "),
            ("sort_by", "token_hash", "must be one of "),
            ("sort_by", "", "must be one of "),
            ("sort_order", "up", "must be asc or desc"),
            ("skip", "1000000000", "must be a whole number from 0 to 1000000"),
            ("skip", "-1", "must be a whole number from 0 to 1000000"),
            ("skip", "1.5", "must be a whole number from 0 to 1000000"),
            ("limit", "0", "must be a whole number from 1 to 200"),
        ] {
            let answer = ask(&client, list, &[(name, value)]).await;
            assert_eq!(answer.problem(), (422, Some(name)), "{list}");
            assert!(answer.body["detail"].as_str().unwrap().starts_with(said), "{}", answer.body);
        }
        let last = ask(&client, list, &[("skip", "1000000")]).await;
        assert_eq!((last.status.as_u16(), &last.body), (200, &json!([])), "{list}");
    }
}
