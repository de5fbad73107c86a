//! Pages of tests that are too large together for an answer.

use serde_json::json;

use crate::played::id;
use crate::world::Api;

/// What Lambda answers with at most.
const LARGEST: usize = 6 << 20;

#[tokio::test]
async fn a_page_has_as_many_rows_as_an_answer_has_room_for_and_the_next_goes_on_behind_them() {
    let api = Api::new().await;
    let client = api.client().await;
    // Of the megabyte that a prompt may have, the last tests with signs that JSON writes as six.
    let prompts: Vec<String> = (0..12)
        .map(|n| {
            if n < 9 {
                format!("{n}{}", "x".repeat(1_000_000))
            } else {
                format!("{n}{}", "\u{1}".repeat(600_000))
            }
        })
        .collect();
    let made = client.post("/test_sets", &json!({ "name": "heavy", "tests": [{ "prompt": "first" }] })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let set = id(&made.body["id"]);
    for prompt in &prompts {
        let file = format!("{}\n", json!({ "prompt": prompt }));
        let request = axum::http::Request::post("/test_sets/import?name=one")
            .header("content-type", "application/x-ndjson");
        let imported = client.send(request.body(file.into()).unwrap()).await;
        assert_eq!(imported.status, 201, "{imported:?}");
        let one = id(&imported.body["test_set_id"]);
        api.change(format!(
            "insert into test_test_set (organization_id, test_set_id, test_id, position)
             select m.organization_id, '{set}', m.test_id, (select max(position) + 1 from test_test_set where test_set_id = '{set}')
             from test_test_set m where m.test_set_id = '{one}'"
        ))
        .await;
    }
    let address = format!("/test_sets/{set}/tests?limit=200");
    let (mut next, mut seen, mut pages) = (Some(address.clone()), Vec::new(), 0);
    while let Some(page) = next {
        let answer = client.get(&page).await;
        assert_eq!(answer.status, 200, "{:?}", answer.headers);
        assert!(answer.body.to_string().len() < LARGEST);
        next = answer.next(&page);
        seen.extend(
            answer.body.as_array().unwrap().iter().map(|test| test["prompt"].as_str().unwrap().to_owned()),
        );
        pages += 1;
    }
    assert!(seen[0] == "first" && seen[1..] == prompts, "each once, in their order");
    assert!((3..=7).contains(&pages), "{pages}");

    // Whoever counts rows is told.
    let counted = client.get(&format!("{address}&skip=0")).await;
    assert_eq!(counted.problem(), (422, Some("limit")));
    let few = client.get(&format!("/test_sets/{set}/tests?limit=3&skip=0")).await;
    assert_eq!((few.status.as_u16(), few.body.as_array().map(Vec::len)), (200, Some(3)));
}

#[tokio::test]
async fn lists_of_other_large_rows_are_bounded_likewise() {
    let api = Api::new().await;
    let client = api.client().await;
    for n in 0..40 {
        let schedule = json!({ "name": format!("n{n:02}"), "kind": "count_test_sets", "every": 3600 });
        assert_eq!(client.post("/schedules", &schedule).await.status, 201);
    }
    api.change("update tasks.schedule set args = jsonb_build_object('text', repeat('x', 200000))".into())
        .await;
    let (mut next, mut names) = (Some("/schedules?limit=200".to_owned()), Vec::new());
    while let Some(page) = next {
        let answer = client.get(&page).await;
        assert!(answer.status == 200 && answer.body.to_string().len() < LARGEST);
        next = answer.next(&page);
        names.extend(
            answer.body.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(names, (0..40).map(|n| format!("n{n:02}")).collect::<Vec<_>>());
}
