use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{CallError, target};

/// How to call an AI system, and what to read from its answer.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Endpoint {
    /// GET, POST, PUT, PATCH or DELETE. GET sends the rendered template as query parameters, the others as JSON.
    pub method: String,
    /// Absolute http or https URL.
    pub url: String,
    /// Appended to the path of the URL.
    #[sqlx(rename = "endpoint_path")]
    pub path: Option<String>,
    /// Header names and values.
    #[sqlx(rename = "request_headers", json)]
    pub headers: Map<String, Value>,
    /// Query parameters, added to those of the URL.
    #[sqlx(rename = "query_params", json)]
    pub query: Map<String, Value>,
    /// JSON whose strings are Jinja templates over `input`, the prompt.
    #[sqlx(rename = "request_body_template")]
    pub template: Value,
    /// Key of the mapped answer → JSON path into the response. Empty: the whole response.
    #[sqlx(rename = "response_mappings", json)]
    pub mappings: Map<String, Value>,
}

impl Endpoint {
    /// An endpoint that takes `{"input": prompt}` by POST and answers `{"output": answer}`.
    pub fn input_output(url: &str) -> Self {
        Self {
            method: "POST".to_owned(),
            url: url.to_owned(),
            path: None,
            headers: Map::new(),
            query: Map::new(),
            template: json!({"input": "{{ input }}"}),
            mappings: Map::from_iter([("output".to_owned(), json!("$.output"))]),
        }
    }

    /// Checks that the address may be called, without calling it.
    pub fn check(&self) -> Result<(), CallError> {
        target::decide(self).map(|_| ())
    }
}

/// Stores a REST endpoint and returns its id.
pub async fn create(
    conn: &mut PgConnection,
    name: &str,
    endpoint: &Endpoint,
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into endpoint (id, name, method, url, endpoint_path, request_headers, query_params,
                               request_body_template, response_mappings, user_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(name)
    .bind(&endpoint.method)
    .bind(&endpoint.url)
    .bind(&endpoint.path)
    .bind(Json(&endpoint.headers))
    .bind(Json(&endpoint.query))
    .bind(&endpoint.template)
    .bind(Json(&endpoint.mappings))
    .bind(user_id)
    .fetch_one(conn)
    .await
}
