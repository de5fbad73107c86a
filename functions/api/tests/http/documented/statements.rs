use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::pages;
use crate::world::Api;

/// An id where a document leaves one out.
const NOBODY: &str = "'00000000-0000-0000-0000-000000000000'";

/// The statements of a text, without comments, with an id in every place that is left out.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap()).collect();
    let mut code = code.join("\n").replace("'…'", NOBODY).replace("(…)", "(0)");
    while let Some((before, rest)) = code.split_once("'<") {
        let (_, after) = rest.split_once(">'").unwrap();
        code = format!("{before}{NOBODY}{after}");
    }
    code.split(';').map(|statement| statement.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// Plans what reads or writes, does the rest; the caller rolls back.
async fn attempt(conn: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    let verb = statement.split_whitespace().next().unwrap_or_default();
    let statement = match verb {
        "begin" | "commit" => return Ok(()),
        "select" | "insert" | "update" | "delete" | "with" => format!("explain {statement}"),
        _ => statement,
    };
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await.map(drop)
}

#[tokio::test]
async fn every_statement_that_a_document_shows_is_one_of_this_database() {
    let api = Api::new().await;
    let mut owner = api.system.database.owner().acquire().await.unwrap();
    let (mut tried, mut refused) = (0, Vec::new());
    for page in pages::all() {
        let mut shown: Vec<(String, String)> =
            page.blocks(&["sql"]).into_iter().map(|block| (block.place, block.text)).collect();
        for block in page.blocks(&["sh", "console"]) {
            let quoted = block
                .text
                .split("psql ")
                .skip(1)
                .filter_map(|rest| rest.split("-c '").nth(1)?.split('\'').next());
            shown.extend(quoted.map(|text| (block.place.clone(), text.to_owned())));
        }
        let spans = page.spans().into_iter().filter(|span| span.text.starts_with("select "));
        shown.extend(spans.map(|span| (span.place, span.text)));
        for (place, text) in shown {
            let mut tx = owner.begin().await.unwrap();
            // Of the backend that a document speaks of; gone with the transaction.
            sqlx::raw_sql("create role backend").execute(&mut *tx).await.unwrap();
            for statement in statements(&text) {
                tried += 1;
                if let Err(error) = attempt(&mut tx, statement.clone()).await {
                    refused.push(format!("{place}: {statement}: {error}"));
                    break;
                }
            }
            tx.rollback().await.unwrap();
        }
    }
    assert!(tried > 15, "{tried} statements");
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test]
async fn every_table_and_function_of_the_engine_that_a_document_names_exists() {
    let api = Api::new().await;
    let known: Vec<String> = sql::query_scalar(
        "select relname::text from pg_class where relnamespace = 'tasks'::regnamespace
         union select proname::text from pg_proc where pronamespace = 'tasks'::regnamespace",
    )
    .fetch_all(api.system.database.owner())
    .await
    .unwrap();
    let mut missing = Vec::new();
    for span in pages::all().iter().flat_map(pages::Page::spans) {
        let Some(rest) = span.text.strip_prefix("tasks.") else { continue };
        let name =
            rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap();
        if !known.iter().any(|known| known == name) {
            missing.push(format!("{}: tasks.{name}", span.place));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
