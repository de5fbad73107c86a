use serde_json::json;

use crate::world::Api;

#[tokio::test]
async fn a_limit_is_set_shown_changed_and_lifted() {
    let api = Api::new().await;
    let client = api.client().await;
    let limit =
        json!({ "key": "model a/b", "max_running": 2, "rate": { "count": 100.0, "per_seconds": 60.0 } });
    let body = json!({ "max_running": 2, "rate": { "count": 100, "per_seconds": 60 } });
    let answer = client.put("/limits/model%20a%2Fb", &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &limit));
    client.put("/limits/other", &json!({ "max_running": 1 })).await;
    let other = json!({ "key": "other", "max_running": 1, "rate": null });
    assert_eq!(client.get("/limits").await.body, json!({ "limits": [limit, other] }));
    client.put("/limits/model%20a%2Fb", &json!({ "max_running": 3 })).await;
    let changed = json!({ "key": "model a/b", "max_running": 3, "rate": null });
    assert_eq!(client.get("/limits").await.body["limits"][0], changed);
    assert_eq!(client.delete("/limits/model%20a%2Fb").await.status, 204);
    assert_eq!(client.delete("/limits/model%20a%2Fb").await.status, 204);
    assert_eq!(client.get("/limits").await.body, json!({ "limits": [other] }));
}

#[tokio::test]
async fn a_limit_holds_and_when_it_is_lifted_those_that_waited_go() {
    let api = Api::new().await;
    let client = api.client().await;
    client.put("/limits/k", &json!({ "rate": { "count": 1, "per_seconds": 86_400 } })).await;
    let (one, two) =
        (client.count(&json!({ "limit_key": "k" })).await, client.count(&json!({ "limit_key": "k" })).await);
    api.deliver_once().await;
    assert_eq!(client.state(one).await["status"], "SUCCESS");
    assert_eq!(client.state(two).await["status"], "PENDING");
    client.delete("/limits/k").await;
    relay_sends(&api).await;
    api.deliver_once().await;
    assert_eq!(client.state(two).await["status"], "SUCCESS");
}

async fn relay_sends(api: &Api) {
    let wakes = api.system.relay.sweep_due(100, 100).await.unwrap();
    api.system.messages.take_all();
    api.system.queue().dispatch(&wakes).await;
}

#[tokio::test]
async fn limits_of_another_tenant_are_neither_seen_nor_touched() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    one.put("/limits/k", &json!({ "max_running": 1 })).await;
    assert_eq!(two.get("/limits").await.body, json!({ "limits": [] }));
    assert_eq!(two.delete("/limits/k").await.status, 204);
    two.put("/limits/k", &json!({ "max_running": 7 })).await;
    assert_eq!(one.get("/limits").await.body["limits"][0]["max_running"], 1);
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    for (body, field) in [
        (json!({}), "max_running"),
        (json!({ "max_running": null, "rate": null }), "max_running"),
        (json!({ "max_running": 0 }), "max_running"),
        (json!({ "max_running": 1.5 }), "max_running"),
        (json!({ "max_running": 1_000_001 }), "max_running"),
        (json!({ "rate": 5 }), "rate"),
        (json!({ "rate": {} }), "rate.count"),
        (json!({ "rate": { "count": 0.5, "per_seconds": 1 } }), "rate.count"),
        (json!({ "rate": { "count": 1 } }), "rate.per_seconds"),
        (json!({ "rate": { "count": 1, "per_seconds": 0 } }), "rate.per_seconds"),
        (json!({ "rate": { "count": 1, "per_seconds": 1, "burst": 1 } }), "rate.burst"),
        (json!({ "concurrency": 1 }), "concurrency"),
    ] {
        assert_eq!(client.put("/limits/k", &body).await.problem(), (422, Some(field)), "{body}");
    }
    let long = format!("/limits/{}", "k".repeat(256));
    for address in [long.as_str(), "/limits/%00", "/limits/%ff"] {
        let answer = client.put(address, &json!({ "max_running": 1 })).await;
        assert_eq!(answer.problem(), (422, Some("key")), "{address}");
    }
    assert_eq!(client.get("/limits").await.body, json!({ "limits": [] }));
}
