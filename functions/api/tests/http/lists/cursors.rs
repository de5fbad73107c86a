use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::{ask, make_sets};
use crate::world::{Answer, Api, Client};

async fn cursor(client: &Client, address: &str) -> String {
    let page = client.get(address).await;
    page.next("").unwrap().split("cursor=").nth(1).unwrap().to_owned()
}

#[track_caller]
fn refused(answer: &Answer) -> &str {
    assert_eq!(answer.problem(), (422, Some("cursor")));
    answer.body["detail"].as_str().unwrap()
}

#[tokio::test]
async fn a_cursor_holds_for_its_list_its_order_and_its_organization_only() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    make_sets(&client, &["a", "b", "c"]).await;
    let of_another =
        "must be of this list, in this order and for this organization: follow the Link of a page before";
    let own = cursor(&client, "/test_sets?limit=1").await;
    assert_eq!(ask(&client, "/test_sets", &[("cursor", &own)]).await.status, 200);
    for (who, list, query) in [
        (&stranger, "/test_sets", vec![]),
        (&client, "/test_runs", vec![]),
        (&client, "/tasks", vec![]),
        (&client, "/test_sets", vec![("sort_by", "name")]),
        (&client, "/test_sets", vec![("sort_order", "asc")]),
    ] {
        let answer = ask(who, list, &[query, vec![("cursor", own.as_str())]].concat()).await;
        assert_eq!(refused(&answer), of_another, "{list}");
    }
    client.post("/tasks", &json!([{ "kind": "count_test_sets" }, { "kind": "count_test_sets" }])).await;
    let of_tasks = cursor(&client, "/tasks?limit=1").await;
    assert_eq!(refused(&ask(&stranger, "/tasks", &[("cursor", &of_tasks)]).await), of_another);
    assert_eq!(refused(&ask(&client, "/test_sets", &[("cursor", &of_tasks)]).await), of_another);
    let both = ask(&client, "/test_sets", &[("cursor", &own), ("skip", "1")]).await;
    assert_eq!(both.problem(), (422, Some("skip")));
}

#[tokio::test]
async fn a_cursor_that_somebody_has_changed_is_refused_and_never_asked_of_the_database() {
    let api = Api::new().await;
    let client = api.client().await;
    make_sets(&client, &["a", "b", "c"]).await;
    for order in ["name", "created_at", "id", "is_published"] {
        let own = cursor(&client, &format!("/test_sets?limit=1&sort_by={order}")).await;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&own).unwrap()).unwrap();
        let mut place: serde_json::Value = serde_json::from_str(&text).unwrap();
        for key in [json!(null), json!({}), json!([1]), json!(7), json!("a\0b"), json!("9e999")] {
            if order == "name" && key == "9e999" {
                continue;
            }
            place[1]["key"] = key;
            let changed = URL_SAFE_NO_PAD.encode(place.to_string());
            let answer = ask(&client, "/test_sets", &[("sort_by", order), ("cursor", &changed)]).await;
            assert_eq!(refused(&answer), "must be that of a page's link to the next", "{order} {place}");
        }
    }
    for broken in ["", "x", "AAAA", "W10", "bnVsbA", "%"] {
        let answer = ask(&client, "/test_sets", &[("cursor", broken)]).await;
        assert_eq!(refused(&answer), "must be that of a page's link to the next", "{broken}");
    }
}
