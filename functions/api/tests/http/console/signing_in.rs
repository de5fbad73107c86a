use axum::body::Body;
use axum::http::Request;
use rhesis::sessions;
use rhesis::tokens::Identity;
use serde_json::json;

use super::browser::Browser;
use crate::world::Api;

#[tokio::test]
async fn who_is_not_signed_in_is_asked_for_a_token_and_led_to_the_page_that_was_asked_for() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::new(&api);
    let page = browser.get("/console/tasks?status=FAILURE").await;
    assert_eq!(page.status, 401);
    assert!(page.text.contains("<h1>Sign in</h1>"), "{page:?}");
    assert!(page.text.contains("name=\"next\" value=\"tasks?status=FAILURE\""), "{page:?}");

    let wrong = browser.post("/console/sign-in", &[("token", "rh-wrong"), ("next", "tasks")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text.contains("unknown, expired or revoked") && browser.cookie.is_none(), "{wrong:?}");

    let deep = [("token", "rh-wrong"), ("next", "tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23?x=1")];
    let wrong = browser.post("/console/sign-in", &deep).await;
    assert!(wrong.text.contains("action=\"sign-in\"") && !wrong.text.contains("../"), "{wrong:?}");
    assert!(wrong.text.contains("value=\"tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23?x=1\""), "{wrong:?}");

    let right = [("token", client.token.as_str()), ("next", "tasks?status=FAILURE")];
    let page = browser.post("/console/sign-in", &right).await;
    assert_eq!(page.location(), "tasks?status=FAILURE");
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    for part in ["__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(&client.token));
    assert_eq!(browser.get("/console/tasks").await.status, 200);
}

#[tokio::test]
async fn a_session_ends_by_signing_out_with_its_token_and_after_twelve_hours() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let mut other = Browser::signed_in(&api, &client).await;
    let kept = browser.cookie.clone();
    assert_eq!(browser.submit("/console/sign-out", &[]).await.location(), "sign-in");
    browser.cookie = kept;
    assert_eq!(browser.get("/console/overview").await.status, 401, "it is over, whoever has kept the cookie");
    assert_eq!(other.get("/console/overview").await.status, 200);

    let token = client.get("/tokens").await.body[0]["id"].as_str().unwrap().to_owned();
    client.delete(&format!("/tokens/{token}")).await;
    assert_eq!(other.get("/console/overview").await.status, 401, "with the token that it was opened by");

    let client = api.client().await;
    let mut late = Browser::signed_in(&api, &client).await;
    api.change("update console_session set expires_at = clock_timestamp()".into()).await;
    let page = late.get("/console/overview").await;
    assert_eq!(page.status, 401);
    assert!(page.text.contains("Your session is over"));
}

#[tokio::test]
async fn a_tampered_cookie_and_a_form_of_another_site_or_session_do_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let id = client.count(&json!({ "countdown": 1000 })).await;
    let path = format!("/console/tasks/{id}/revoke");
    let csrf = browser.get("/console/tokens").await.csrf();

    assert_eq!(browser.post(&path, &[("confirmed", "yes")]).await.status, 403);
    assert_eq!(browser.post(&path, &[("confirmed", "yes"), ("csrf", "x")]).await.status, 403);
    let stolen = Browser::signed_in(&api, &client).await.get("/console/tokens").await.csrf();
    assert_eq!(browser.post(&path, &[("confirmed", "yes"), ("csrf", &stolen)]).await.status, 403);
    let foreign = Request::post(&path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let page = browser.send(foreign, Body::from(format!("confirmed=yes&csrf={csrf}"))).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("load the page anew"), "{page:?}");
    assert_eq!(client.state(id).await["status"], "PENDING");

    let cookie = browser.cookie.clone().unwrap();
    browser.cookie = Some(format!("{}x", &cookie[..cookie.len() - 1]));
    assert_eq!(browser.get("/console/overview").await.status, 401);
}

#[tokio::test]
async fn a_link_from_another_site_asks_once_more_before_it_asks_for_a_token() {
    let api = Api::new().await;
    let mut browser = Browser::new(&api);
    let request = Request::get("/console/runs?x=1").header("sec-fetch-site", "cross-site");
    let page = browser.send(request, Body::empty()).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("http-equiv=\"refresh\" content=\"0;url=?x=1\""), "{page:?}");
}

#[tokio::test]
async fn a_code_signs_in_as_often_as_it_may_and_then_no_more() {
    let api = Api::new().await;
    let client = api.client().await;
    let user = Identity { user_id: client.user_id, organization_id: client.organization_id };
    let code = sessions::generate();
    let mut owner = api.system.database.owner().acquire().await.unwrap();
    sessions::offer_code(&mut owner, user, &code, 2, 600).await.unwrap();
    let path = format!("/console/sign-in?code={code}");
    for _ in 0..2 {
        let mut browser = Browser::new(&api);
        assert_eq!(browser.get(&path).await.location(), "overview");
        assert_eq!(browser.get("/console/overview").await.status, 200);
    }
    let page = Browser::new(&api).get(&path).await;
    assert_eq!(page.status, 401);
    assert!(page.text.contains("used up or is too old"));
    assert_eq!(Browser::new(&api).get("/console/sign-in?code=%00").await.status, 401);
}

#[tokio::test]
async fn the_cookie_opens_no_json_route() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    assert_eq!(browser.get("/tasks").await.status, 401);
}
