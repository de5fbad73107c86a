use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{LISTS, ask, walk};
use crate::world::{Api, Client};

/// The engine's lists that are neither sorted nor counted, and what tells a row of each from the others.
const PLAIN: [(&str, &str); 3] = [("/limits", "key"), ("/dead-letters", "fingerprint"), ("/kinds", "name")];

/// A client with three limits, causes of failures and schedules at least.
async fn client(api: &Api) -> Client {
    let client = api.client().await;
    for key in ["b", "a/ü", "-c"] {
        let set = client.put(&format!("/limits?key={key}"), &json!({ "max_running": 1 })).await;
        assert_eq!(set.status, 200, "{set:?}");
    }
    for error in ["no credit", "no time", "nobody there"] {
        client.count(&json!({})).await;
        api.run_counts(Some(error)).await;
    }
    for (name, every) in [("nightly", 10), ("hourly", 3600), ("weekly", 20)] {
        let body = json!({ "name": name, "kind": "count_test_sets", "every": every });
        assert_eq!(client.post("/schedules", &body).await.status, 201);
    }
    client
}

#[tokio::test]
async fn lists_of_the_engine_are_read_page_by_page_and_no_row_comes_twice_or_never() {
    let api = Api::new().await;
    let client = client(&api).await;
    for (list, name) in PLAIN.into_iter().chain([("/schedules", "name")]) {
        let whole = client.get(list).await;
        assert_eq!(whole.next(list), None);
        let whole: Vec<Value> = whole.body.as_array().unwrap().clone();
        assert!(whole.len() >= 3, "{list}");
        for limit in ["1", "2", "200"] {
            let rows = walk(&client, list, &[("limit", limit)]).await;
            let of = |rows: &[Value]| rows.iter().map(|row| row[name].to_string()).collect::<Vec<_>>();
            assert_eq!(of(&rows), of(&whole), "{list} by {limit}");
        }
    }
    let stranger = api.client().await;
    for (list, _) in PLAIN {
        let next = client.get(&format!("{list}?limit=1")).await.next(list).unwrap();
        assert_eq!(stranger.get(&next).await.problem(), (422, Some("cursor")), "{list}: theirs");
        let other = next.replace(list, if list == "/kinds" { "/limits" } else { "/kinds" });
        assert_eq!(client.get(&other).await.problem(), (422, Some("cursor")), "{list}: of another list");
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=1.5", "limit"),
            ("cursor=", "cursor"),
            ("skip=1", "skip"),
            ("sort_by=key", "sort_by"),
            ("$filter=key%20eq%20null", "$filter"),
            ("limit=1&limit=2", "limit"),
        ] {
            let answer = client.get(&format!("{list}?{query}")).await;
            assert_eq!(answer.problem(), (422, Some(field)), "{list}?{query}");
        }
    }
}

#[tokio::test]
async fn a_place_that_somebody_wrote_into_a_cursor_is_refused_and_never_asked_of_the_database() {
    let api = Api::new().await;
    let client = client(&api).await;
    let fingerprint = client.get("/dead-letters").await.body[0]["fingerprint"].as_str().unwrap().to_owned();
    let of_a_cause = format!("/tasks?kind=count_test_sets&fingerprint={fingerprint}&limit=1");
    client.count(&json!({})).await;
    api.run_counts(Some("nobody there")).await;
    let id = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23";
    for (list, places) in [
        ("/limits?limit=1".to_owned(), vec![json!("a\0b"), json!(1), json!(null), json!(["a"])]),
        ("/kinds?limit=1".to_owned(), vec![json!("a\0b"), json!({})]),
        (
            "/dead-letters?limit=1".to_owned(),
            vec![
                json!(["+262142-01-01T00:00:00Z", "a", "b"]),
                json!(["-262142-01-01T00:00:00Z", "a", "b"]),
                json!(["2026-01-01T00:00:00Z", "a\0", "b"]),
                json!(["yesterday", "a", "b"]),
            ],
        ),
        (of_a_cause, vec![json!(["+262142-01-01T00:00:00Z", id]), json!([1, id])]),
    ] {
        let next = client.get(&list).await.next(&list).unwrap_or_else(|| panic!("{list} has one page"));
        let (asked, own) = next.rsplit_once("cursor=").unwrap();
        let own = URL_SAFE_NO_PAD.decode(own).unwrap();
        let [whose, _]: [Value; 2] = serde_json::from_slice(&own).unwrap();
        for place in places {
            let changed = URL_SAFE_NO_PAD.encode(json!([whose, place]).to_string());
            let answer = client.get(&format!("{asked}cursor={changed}")).await;
            assert_eq!(answer.problem(), (422, Some("cursor")), "{list} {place}");
            assert_eq!(answer.body["detail"], "must be that of a page's link to the next");
        }
    }
}

#[tokio::test]
async fn what_sort_by_names_is_descending_with_every_list_unless_it_is_said() {
    let api = Api::new().await;
    let client = client(&api).await;
    let names = async |query: &[(&str, &str)]| {
        let page = ask(&client, "/schedules", query).await;
        assert_eq!(page.headers["x-total-count"], "3");
        page.body
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]).await, ["hourly", "nightly", "weekly"], "the list's own order");
    assert_eq!(names(&[("sort_order", "desc")]).await, ["weekly", "nightly", "hourly"]);
    assert_eq!(names(&[("sort_by", "name")]).await, ["weekly", "nightly", "hourly"]);
    assert_eq!(names(&[("sort_by", "name"), ("sort_order", "asc")]).await, ["hourly", "nightly", "weekly"]);
    assert_eq!(names(&[("sort_by", "created_at")]).await, ["weekly", "hourly", "nightly"]);
    for list in LISTS.iter().chain(&["/webhooks", "/schedules"]) {
        let rows = async |query: &str| client.get(&format!("{list}{query}")).await.body;
        assert_eq!(
            rows("?sort_by=created_at").await,
            rows("?sort_by=created_at&sort_order=desc").await,
            "{list}"
        );
    }
}

#[tokio::test]
async fn schedules_are_filtered_and_sorted_by_what_they_show() {
    let api = Api::new().await;
    let client = client(&api).await;
    let cron = json!({ "name": "by the clock", "kind": "count_test_sets", "cron": "30 2 * * *" });
    let id = client.post("/schedules", &cron).await.body["schedule_id"].as_str().unwrap().to_owned();
    client.post(&format!("/schedules/{id}/pause"), &json!({})).await;
    let names = async |filter: &str| {
        let page = ask(&client, "/schedules", &[("$filter", filter)]).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.body
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (filter, expected) in [
        ("every eq 3600", vec!["hourly"]),
        ("every lt 30 and startswith(name, 'n')", vec!["nightly"]),
        ("cron ne null", vec!["by the clock"]),
        ("paused_at ne null", vec!["by the clock"]),
        ("next_at eq null", vec!["by the clock"]),
        ("next_at gt 2026-01-01T00:00:00Z and every gt 20", vec!["hourly"]),
        ("time_zone eq 'UTC'", vec!["by the clock"]),
        ("problem ne null", vec![]),
        (&format!("schedule_id eq {id}"), vec!["by the clock"]),
        (
            "kind eq 'count_test_sets' and catch_up eq 'skip' and last_at eq null",
            vec!["by the clock", "hourly", "nightly", "weekly"],
        ),
    ] {
        assert_eq!(names(filter).await, expected, "{filter}");
    }
    let soon =
        walk(&client, "/schedules", &[("sort_by", "next_at"), ("sort_order", "asc"), ("limit", "1")]).await;
    let soon: Vec<&str> = soon.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(
        soon,
        ["by the clock", "nightly", "weekly", "hourly"],
        "the paused one as if it were the least"
    );
    let args = ask(&client, "/schedules", &[("$filter", "args eq null")]).await;
    assert_eq!(args.problem(), (422, Some("$filter")), "arguments are no column");
}
