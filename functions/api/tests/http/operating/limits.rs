use serde_json::{Value, json};

use crate::world::Api;

#[tokio::test]
async fn a_limit_is_set_shown_changed_and_lifted() {
    let api = Api::new().await;
    let client = api.client().await;
    let limit =
        json!({ "key": "model a/b", "max_running": 2, "rate": { "count": 100.0, "per_seconds": 60.0 } });
    let body = json!({ "max_running": 2, "rate": { "count": 100, "per_seconds": 60 } });
    let answer = client.put("/limits?key=model+a%2Fb", &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &limit));
    client.put("/limits/other", &json!({ "max_running": 1 })).await;
    let other = json!({ "key": "other", "max_running": 1, "rate": null });
    let listed = |limit: &Value| {
        let mut listed = limit.clone();
        listed["running"] = json!(0);
        listed["waiting"] = json!(0);
        listed
    };
    assert_eq!(client.get("/limits").await.body, json!([listed(&limit), listed(&other)]));
    client.put("/limits?key=model+a%2Fb", &json!({ "max_running": 3 })).await;
    let changed = json!({ "key": "model a/b", "max_running": 3, "rate": null });
    assert_eq!(client.get("/limits").await.body[0], listed(&changed));
    assert_eq!(client.delete("/limits?key=model+a%2Fb").await.status, 204);
    assert_eq!(client.delete("/limits?key=model+a%2Fb").await.status, 204);
    assert_eq!(client.get("/limits").await.body, json!([listed(&other)]));
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
    assert_eq!(two.get("/limits").await.body, json!([]));
    assert_eq!(two.delete("/limits/k").await.status, 204);
    two.put("/limits/k", &json!({ "max_running": 7 })).await;
    assert_eq!(one.get("/limits").await.body[0]["max_running"], 1);
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
    let longer = format!("/limits?key={}", "k".repeat(256));
    for address in [
        long.as_str(),
        longer.as_str(),
        "/limits/%00",
        "/limits/%ff",
        "/limits",
        "/limits?key=",
        "/limits?key=%00",
    ] {
        let answer = client.put(address, &json!({ "max_running": 1 })).await;
        assert_eq!(answer.problem(), (422, Some("key")), "{address}");
    }
    for address in [
        "/limits/a%3Fb",
        "/limits/openai%2Fgpt-4o",
        "/limits/openai/gpt-4o",
        "/limits/a%20b",
        "/limits/100%25",
    ] {
        let answer = client.put(address, &json!({ "max_running": 1 })).await;
        assert_eq!(answer.problem(), (422, Some("key")), "{address}: a gateway may have decoded it");
    }
    for (address, field) in
        [("/limits?key=a&key=b", "key"), ("/limits?name=a", "name"), ("/limits/a?key=b", "key")]
    {
        let answer = client.put(address, &json!({ "max_running": 1 })).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{address}");
    }
    assert_eq!(client.get("/limits").await.body, json!([]));
}

#[tokio::test]
async fn whatever_a_task_may_carry_as_its_key_can_be_limited() {
    let api = Api::new().await;
    let client = api.client().await;
    for (key, encoded) in [
        ("openai/gpt-4o", "openai%2Fgpt-4o"),
        ("a?b", "a%3Fb"),
        ("50%", "50%25"),
        ("a b+c", "a+b%2Bc"),
        ("..", ".."),
        ("\u{fc}\u{1f980}", "%C3%BC%F0%9F%A6%80"),
        ("a&key=b#", "a%26key%3Db%23"),
        ("\\\"'", "%5C%22%27"),
    ] {
        let answer = client.put(&format!("/limits?key={encoded}"), &json!({ "max_running": 1 })).await;
        assert_eq!((answer.status.as_u16(), answer.body["key"].as_str()), (200, Some(key)), "{encoded}");
        client.count(&json!({ "limit_key": key })).await;
        assert_eq!(client.delete(&format!("/limits?key={encoded}")).await.status, 204);
    }
    assert_eq!(client.get("/limits").await.body, json!([]));
}
