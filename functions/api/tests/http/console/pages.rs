use axum::body::{Body, to_bytes};
use axum::extract::MatchedPath;
use axum::http::Request;
use serde_json::json;
use tower::ServiceExt as _;

use super::browser::Browser;
use crate::played::play;
use crate::world::Api;

/// What must hold of every page.
#[track_caller]
fn holds(path: &str, page: &super::browser::Page) {
    assert_eq!(page.status, 200, "{path}: {page:?}");
    assert_eq!(page.text.matches("<h1").count(), 1, "{path}: one h1");
    assert!(page.text.contains("<main id=\"main\"") && page.text.contains("<nav"), "{path}");
    assert_eq!(page.headers["cache-control"], "no-store", "{path}");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    for forbidden in [" style=", " onclick=", "href=\"/", "src=\"/", "action=\"/", "http://", "https://"] {
        let shown = page
            .text
            .replace("http://www.w3.org", "")
            .replace("http://127.0.0.1", "")
            .replace("https://json-schema.org", "");
        assert!(!shown.contains(forbidden), "{path} has {forbidden}");
    }
}

#[tokio::test]
async fn every_section_has_a_page_for_who_has_nothing_and_for_who_has_something() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let sections = [
        "overview",
        "tasks",
        "dead-letters",
        "batches",
        "schedules",
        "limits",
        "kinds",
        "runs",
        "test-sets",
        "endpoints",
        "metrics",
        "models",
        "tokens",
        "webhooks",
    ];
    for section in sections {
        let path = format!("/console/{section}");
        holds(&path, &browser.get(&path).await);
    }
    let (configuration, set, endpoint) = api.configuration(&client, 7).await;
    let run = play(&api, &client, configuration).await;
    let id = client.count(&json!({ "headers": { "x": "y" }, "limit_key": "k", "priority": "high" })).await;
    let failed = client.count(&json!({})).await;
    api.run_counts(Some("boom 17")).await;
    let group = client
        .post("/groups", &json!({ "members": vec![json!({ "kind": "count_test_sets" }); 3], "window": 1 }))
        .await;
    client.put("/limits?key=k", &json!({ "max_running": 2 })).await;
    client
        .post("/schedules", &json!({ "name": "nightly", "kind": "count_test_sets", "cron": "0 3 * * *" }))
        .await;
    let metric = client.post("/metrics", &json!({ "name": "same", "class_name": "exact" })).await;
    let results = client.get(&format!("/test_results?test_run_id={run}")).await;
    let result = results.body[0]["id"].as_str().unwrap();
    for section in sections {
        let path = format!("/console/{section}");
        holds(&path, &browser.get(&path).await);
    }
    for path in [
        format!("tasks/{id}"),
        format!("tasks/{failed}"),
        format!("groups/{}", group.body["group_id"].as_str().unwrap()),
        "kinds/execute_test_configuration".into(),
        "kinds/execute_test".into(),
        format!("runs/{run}"),
        format!("runs/{run}?status=Fail&search=prompt"),
        format!("runs/{run}/compare/{run}"),
        format!("runs/{run}/flaky"),
        format!("results/{result}"),
        format!("results/{result}?before={result}"),
        format!("test-sets/{set}"),
        format!("endpoints/{endpoint}"),
        format!("metrics/{}", metric.body["id"].as_str().unwrap()),
        "tasks?status=FAILURE&kind=count_test_sets".into(),
        format!("tasks?group_id={}", group.body["group_id"].as_str().unwrap()),
    ] {
        let path = format!("/console/{path}");
        holds(&path, &browser.get(&path).await);
    }
    let letters = browser.get("/console/dead-letters").await;
    assert!(letters.text.contains("boom 17"), "{letters:?}");
    let page = browser.get(&format!("/console/tasks/{failed}")).await;
    assert!(page.text.contains("boom 17") && page.text.contains("Begin anew"), "{page:?}");
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_an_address_of_an_earlier_content_is_gone() {
    let api = Api::new().await;
    let mut browser = Browser::new(&api);
    let page = browser.get("/console/overview").await;
    let (_, rest) = page.text.split_once("href=\"assets/").unwrap();
    let address = format!("/console/assets/{}", rest.split('"').next().unwrap());
    let asset = browser.get(&address).await;
    assert_eq!(
        (asset.status.as_u16(), asset.headers["cache-control"].to_str().unwrap()),
        (200, "public, max-age=31536000, immutable")
    );
    let tag = asset.headers["etag"].to_str().unwrap();
    for (known, status) in [
        (tag, 304),
        ("*", 304),
        (&*format!("\"x\", {}", tag.trim_start_matches("W/")), 304),
        ("W/\"x\"", 200),
    ] {
        let request = axum::http::Request::get(&address).header("if-none-match", known);
        assert_eq!(browser.send(request, axum::body::Body::empty()).await.status, status, "{known}");
    }
    assert_eq!(browser.get("/console/assets/0000000000000000/console.css").await.status, 404);
}

#[tokio::test]
async fn pages_and_assets_are_sent_as_gzip_to_who_takes_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let cookie = browser.cookie.clone().unwrap();
    let page = browser.get("/console/overview").await;
    let (_, rest) = page.text.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let asset = format!("/console/{}", rest.split('"').next().unwrap());
    for path in ["/console/overview", "/console/tasks", &asset] {
        let ask = |takes: &str| {
            let request = Request::get(path).header("cookie", &cookie).header("accept-encoding", takes);
            api.router.clone().oneshot(request.body(Body::empty()).unwrap())
        };
        let (plain, packed) = (ask("identity").await.unwrap(), ask("gzip, br").await.unwrap());
        assert_eq!(plain.headers().get("content-encoding"), None, "{path}");
        assert_eq!(packed.headers()["content-encoding"], "gzip", "{path}");
        assert_eq!(packed.headers()["vary"], "accept-encoding", "{path}");
        assert_eq!(plain.headers().get("cache-control"), packed.headers().get("cache-control"), "{path}");
        let (plain, packed) = (plain.into_body(), packed.into_body());
        let (plain, packed) =
            (to_bytes(plain, 1 << 20).await.unwrap(), to_bytes(packed, 1 << 20).await.unwrap());
        assert!(
            packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 2 < plain.len(),
            "{path}: {} of {}",
            packed.len(),
            plain.len()
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_a_page_that_says_so() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    for (path, status, word) in [
        ("/console/nothing", 404, "nothing at this address"),
        ("/console/tasks/01976ad0-0000-7000-8000-000000000000", 404, "no such task"),
        ("/console/tasks/x", 404, ""),
        ("/console/tasks?status=LOST", 422, "status: must be"),
        ("/console/tasks?created_after=yesterday", 422, "created_after: must be"),
        ("/console/runs?cursor=x", 422, "cursor: must be"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status.as_u16(), status, "{path}: {page:?}");
        assert!(page.text.contains(word) && page.text.contains("console.css"), "{path}: {page:?}");
    }
    let found = browser.get("/console/find?q=01976ad0-0000-7000-8000-000000000000").await;
    assert!(found.text.contains("Nothing has the id"), "{found:?}");
}

#[tokio::test]
async fn an_id_is_found_in_any_form() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let id = client.count(&json!({})).await;
    let (_, set, endpoint) = api.configuration(&client, 1).await;
    for (asked, place) in [
        (id.to_string(), format!("tasks/{id}")),
        (id.simple().to_string().to_uppercase(), format!("tasks/{id}")),
        (format!("task_id={id}%2C"), format!("tasks/{id}")),
        (set.to_string(), format!("test-sets/{set}")),
        (endpoint.to_string(), format!("endpoints/{endpoint}")),
    ] {
        assert_eq!(browser.get(&format!("/console/find?q={asked}")).await.location(), place);
    }
}

#[tokio::test]
async fn the_log_names_the_route_of_a_page_not_its_address() {
    let api = Api::new().await;
    for (address, route) in [
        ("/console/tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23", "/console/tasks/{id}"),
        ("/console/overview", "/console/overview"),
        ("/console/no/such/page", "/console/{*nothing}"),
    ] {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let answer = api.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.extensions().get::<MatchedPath>().map(MatchedPath::as_str), Some(route));
    }
    let other = Request::get("/consoles").body(Body::empty()).unwrap();
    assert_eq!(api.router.oneshot(other).await.unwrap().status(), 404);
}
