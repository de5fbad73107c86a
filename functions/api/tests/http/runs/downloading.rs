//! The table of a run.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::played::{play, start};
use crate::world::{Api, Client};

/// The text of an answer, the number of tests it tells, and where it says that the next part is.
async fn part(api: &Api, client: &Client, path: &str) -> (String, String, Option<String>) {
    let request = Request::get(path).header("authorization", format!("Bearer {}", client.token));
    let answer = api.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let total = answer.headers()["x-total-count"].to_str().unwrap().to_owned();
    let next = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (String::from_utf8(bytes.into()).unwrap(), total, next)
}

/// Follows the links to the end of the table.
async fn whole(api: &Api, client: &Client, path: &str, query: &str) -> (String, usize) {
    let (mut text, mut parts, mut next) = (String::new(), 0, Some(query.to_owned()));
    while let Some(query) = next {
        let (part, _, link) = part(api, client, &format!("{path}{query}")).await;
        text += &part;
        parts += 1;
        next = link.map(|link| {
            let query = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
            query.expect("a link to the next part").to_owned()
        });
    }
    (text, parts)
}

async fn played(api: &Api, client: &Client, tests: usize) -> (Uuid, String) {
    let (configuration, ..) = api.configuration(client, tests).await;
    let run = play(api, client, configuration).await;
    (run, format!("/test_runs/{run}/download"))
}

#[tokio::test]
async fn a_table_has_every_test_in_order_with_its_metrics_and_no_formula() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, path) = played(&api, &client, 3).await;
    let (text, total, next) = part(&api, &client, &path).await;
    assert_eq!((total.as_str(), next), ("3", None));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>().join("|"),
        "position|test_id|prompt|expected|output|status|reason|exact score|exact successful|polite score|polite successful"
    );
    let rows: Vec<String> = reader
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != 1)
                .map(|(_, cell)| cell.to_owned())
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "1|prompt 0|answer|'=answer 1|Pass||1.0|true|0.75|true",
            "2|prompt 1|answer|'=answer 2|Fail|it differs|0.0|false|0.5|true",
            "3|prompt 2|answer|'=answer 3|Error|the judge is away|0.0|false||",
        ]
    );
}

#[tokio::test]
async fn parts_put_together_are_the_table() {
    let api = Api::new().await;
    let client = api.client().await;
    let (run, path) = played(&api, &client, 12).await;
    let (at_once, parts) = whole(&api, &client, &path, "").await;
    assert_eq!((parts, at_once.lines().count()), (1, 13));
    for (limit, expected) in [(5, 3), (12, 1), (1, 12)] {
        let (together, parts) = whole(&api, &client, &path, &format!("?limit={limit}")).await;
        assert_eq!((together.as_str(), parts), (at_once.as_str(), expected), "{limit}");
    }
    // What is too large for one answer comes in several by itself.
    api.change(format!("update test_result set reason = repeat('\"', 95000) where test_run_id = '{run}'"))
        .await;
    let large = "update prompt set content = repeat(E'\\n', 95000) || content, expected_response = repeat('\"', 95000)".to_owned();
    api.change(large).await;
    let (together, parts) = whole(&api, &client, &path, "").await;
    assert_eq!(csv::Reader::from_reader(together.as_bytes()).records().count(), 12);
    assert!(parts > 1, "{parts}");
}

#[tokio::test]
async fn what_is_too_long_for_a_cell_says_how_long_it_is_and_what_has_no_output_is_all_there() {
    let api = Api::new().await;
    let client = api.client().await;
    let (run, path) = played(&api, &client, 3).await;
    for (place, output) in [
        (1, "jsonb_build_object('output', repeat('x', 200001), 'context', '[]'::jsonb)"),
        (2, r#"'{"error": true, "call": {"message": "no", "status_code": 7}}'::jsonb"#),
        (3, "'{}'::jsonb"),
    ] {
        api.change(format!(
            "update test_result s set test_output = {output}, reason = repeat('y', 200000 * (3 - {place}) + 1) from test_run_test rt
             where s.test_run_id = '{run}' and rt.test_run_id = s.test_run_id and rt.test_id = s.test_id and rt.position = {place}"
        ))
        .await;
    }
    let (text, ..) = part(&api, &client, &path).await;
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).records().map(|row| row.unwrap()).collect();
    let cells = |column: usize| rows.iter().map(|row| row[column].to_owned()).collect::<Vec<_>>();
    let all = r#"{"call":{"message":"no","status_code":7},"error":true}"#;
    assert_eq!(cells(4), ["(200001 bytes: too long for a cell)", all, ""]);
    assert_eq!(cells(6), ["(400001 bytes: too long for a cell)", "(200001 bytes: too long for a cell)", "y"]);
}

#[tokio::test]
async fn a_run_that_is_on_has_no_table_yet() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let (run, _) = start(&client, configuration).await;
    assert_eq!(client.get(&format!("/test_runs/{run}/download")).await.problem(), (409, None));
    let (_, path) = played(&api, &client, 1).await;
    for (query, field) in [("after=-1", "after"), ("limit=0", "limit"), ("page=2", "page")] {
        assert_eq!(client.get(&format!("{path}?{query}")).await.problem(), (422, Some(field)), "{query}");
    }
    let (behind, _, next) = part(&api, &client, &format!("{path}?after=1000")).await;
    assert_eq!((behind.as_str(), next), ("", None));
}
