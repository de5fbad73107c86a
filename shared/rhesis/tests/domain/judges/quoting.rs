//! Judges whose API repeats the key that it was sent.

use rhesis::Verdict;
use serde_json::json;
use testing::Database;

use crate::judges::server::{Judge, Reply};
use crate::judges::world::{attempt, client, judged_by, polite};
use crate::servers::answering;

const KEY: &str = "sk-s3cr3t-key-0123";

/// What is stored as the reason, if the judge's API says this.
async fn reason(said: String) -> (Verdict, String) {
    let database = Database::new().await;
    let (_judge, url) = Judge::start(&[Reply::Sends(said.leak())]).await;
    let endpoint = answering(r#"{"output": "Hi"}"#).await;
    let (world, run, test) = judged_by(&database, &endpoint, polite(), &url).await;
    let mut tx = world.begin().await;
    let key = client().keys().seal(&KEY.into()).unwrap();
    sql::query("update model set key = $1").bind(key).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let outcome = attempt(&world, run, test, &client(), false).await.unwrap();
    (outcome.verdict, outcome.reason.unwrap_or_default() + &outcome.metrics.to_string())
}

#[tokio::test]
async fn what_the_api_says_of_an_error_is_shown_without_the_key() {
    let said = r#"{"error": {"message": "no quota left for sk-s3cr3t\u002Dkey-0123 or SK-S3CR3T-KEY-0123"}}"#;
    let (verdict, why) = reason(said.to_owned()).await;
    assert!(why.contains("the model's API answered with an error: no quota left for *** or ***"), "{why}");
    assert_eq!(verdict, Verdict::Error);
}

#[tokio::test]
async fn a_key_where_the_words_of_an_api_are_cut_is_not_shown_by_half() {
    // An error is kept up to its 300th character, a verdict's reason up to its 4,000th.
    for at in [284, 290, 296] {
        let said = json!({ "error": { "message": format!("{}{KEY}", ".".repeat(at)) } });
        let (_, why) = reason(said.to_string()).await;
        assert!(!why.contains("sk-s") && why.contains(&".".repeat(at)), "{why}");
    }
    for at in [3_983, 3_990, 3_996] {
        let verdict = json!({ "score": 9, "reason": format!("{}{KEY}", ".".repeat(at)) }).to_string();
        let said = json!({ "choices": [{ "message": { "content": verdict } }] });
        let (verdict, why) = reason(said.to_string()).await;
        assert_eq!(verdict, Verdict::Pass, "{why}");
        assert!(!why.contains("sk-s") && why.contains(&".".repeat(at)), "{why}");
    }
}
