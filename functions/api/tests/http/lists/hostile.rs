use serde_json::json;

use super::{LISTS, ask, make_sets};
use crate::world::Api;

/// Lists that take a filter.
fn lists() -> impl Iterator<Item = &'static str> {
    LISTS.into_iter().chain(["/webhooks", "/schedules"])
}

/// What nobody would write, or somebody only who wants to see it break.
const HOSTILE: [&str; 37] = [
    "(",
    ")",
    "'",
    "''''",
    "eq",
    "and",
    "not",
    "null",
    "true",
    "created_at",
    "created_at eq",
    "eq eq eq",
    ";",
    "--",
    "/* */",
    "created_at eq 'x",
    "created_at eq yesterday",
    "created_at eq 5",
    "created_at gt null",
    "created_at in ()",
    "created_at in (null)",
    "contains(created_at, 'a')",
    "tolower(created_at) eq 'a'",
    "length(id) gt 1",
    "now() gt created_at",
    "created_at eq created_at",
    "created_at gt 99999-01-01T00:00:00Z",
    "created_at gt +262142-01-01T00:00:00Z",
    "\u{202e}created_at eq null",
    "created\u{301}_at eq null",
    "\u{441}reated_at eq null",
    "CREATED_AT eq null",
    "created_at eq null or sleep(5)",
    "id eq 1' or '1'='1",
    "id eq 01976ad0",
    "pg_sleep(9) eq null",
    "organization_id ne null",
];

#[tokio::test]
async fn a_filter_that_is_none_is_refused_by_its_name_in_a_sentence_by_every_list() {
    let api = Api::new().await;
    let client = api.client().await;
    let deep = format!("{}created_at", "(".repeat(3000));
    let many = "created_at eq null or ".repeat(180);
    // The longest that an address may be is 64 KiB.
    let sixty_kilobytes = format!("created_at eq '{}'", "x".repeat(60_000));
    let nots = "not ".repeat(900);
    for filter in HOSTILE.into_iter().chain([deep.as_str(), &many, &sixty_kilobytes, &nots]) {
        for list in lists() {
            let answer = ask(&client, list, &[("$filter", filter)]).await;
            let shown: String = filter.chars().take(60).collect();
            assert_eq!(answer.problem(), (422, Some("$filter")), "{list} {shown}: {answer:?}");
            let detail = answer.body["detail"].as_str().unwrap();
            assert!(
                detail.starts_with("is wrong at character ") && detail.len() < 600,
                "{list} {shown}: {detail}"
            );
        }
    }
    for list in lists() {
        assert_eq!(client.get(&format!("{list}?$filter=%00")).await.problem(), (422, Some("$filter")));
        assert_eq!(client.get(&format!("{list}?$filter=%ff%fe")).await.status, 400, "{list}");
        assert_eq!(client.get(&format!("{list}?$filter=")).await.status, 200, "{list}: all of them");
    }
}

#[tokio::test]
async fn the_most_extreme_values_that_a_filter_may_hold_find_something_or_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    make_sets(&client, &["\u{202e}desrever", "e\u{301}", "a'b"]).await;
    client.post("/schedules", &json!({ "name": "s", "kind": "count_test_sets", "every": 60 })).await;
    for (list, filter, count) in [
        ("/test_sets", "created_at gt 0000-01-01T00:00:00Z", 3),
        ("/test_sets", "created_at lt 9999-12-31T23:59:59.999999999-23:59", 3),
        ("/test_sets", "created_at lt 2016-12-31T23:59:60Z", 0),
        ("/test_sets", "startswith(name, '\u{202e}')", 1),
        ("/test_sets", "name eq '\u{e9}'", 0),
        ("/test_sets", "endswith(name, '\u{301}') or name eq 'a''b'", 2),
        ("/test_sets", "contains(name, '')", 3),
        ("/schedules", "every lt 1e308 and every gt -1e308", 1),
        ("/schedules", "every eq 60.0 and every ne 1e-320", 1),
        ("/schedules", "every eq -0", 0),
    ] {
        let answer = ask(&client, list, &[("$filter", filter)]).await;
        let found = answer.body.as_array().map(Vec::len);
        assert_eq!((answer.status.as_u16(), found), (200, Some(count)), "{list} {filter}: {answer:?}");
    }
}

#[tokio::test]
async fn a_query_string_that_is_no_utf_8_is_refused_and_not_read_as_another_text() {
    let api = Api::new().await;
    let client = api.client().await;
    for list in lists() {
        for query in ["limit=%ff", "$filter=name%20eq%20'%e2%82'", "%c0%af=1", "sort_by=na%80me"] {
            let answer = client.get(&format!("{list}?{query}")).await;
            assert_eq!(answer.problem(), (400, None), "{list}?{query}");
        }
    }
}

#[tokio::test]
async fn what_says_which_page_is_refused_by_its_name_by_every_list_if_it_is_none() {
    let api = Api::new().await;
    let client = api.client().await;
    for list in lists() {
        for (name, values) in [
            (
                "limit",
                &["", "0", "-1", "201", "1e2", "1.0", "0x10", "\u{661}", "18446744073709551616", " 5", "NaN"]
                    [..],
            ),
            (
                "skip",
                &["", "-1", "1000000000", "1000001", "1.5", "1e3", "99999999999999999999", " 5", "\u{663}"],
            ),
            (
                "sort_by",
                &[
                    "",
                    "secret",
                    "token_hash",
                    "key",
                    "auth",
                    "organization_id",
                    "NAME",
                    "name desc",
                    "(select 1)",
                ],
            ),
            ("sort_order", &["", "ASC", "up", "1", "asc,desc", "desc nulls first"]),
            ("cursor", &["", "x", "W10", "bnVsbA", "e30", "%", "\u{1f389}"]),
            ("order", &["asc"]),
        ] {
            for value in values {
                let answer = ask(&client, list, &[(name, value)]).await;
                assert_eq!(answer.problem(), (422, Some(name)), "{list} {name}={value}");
                assert!(answer.body["detail"].as_str().unwrap().len() < 600, "{list} {name}={value}");
            }
        }
    }
}
