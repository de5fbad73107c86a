use api::{App, Identity, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use catalog::CountTestSets;
use rhesis::import::Row;
use rhesis::secrets::Keys;
use rhesis::{configurations, endpoints, organizations, test_sets, tokens};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use task::Error;
use testing::System;
use tower::ServiceExt as _;
use uuid::Uuid;

/// The API over a database of the test's own.
pub(crate) struct Api {
    pub(crate) system: System,
    pub(crate) router: Router,
}

/// A user of an organization of their own, with a token.
pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) token: String,
    pub(crate) organization_id: Uuid,
    pub(crate) user_id: Uuid,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) async fn new() -> Self {
        Self::with_identity(Identity::default()).await
    }

    /// The same, with ways in by signed tokens.
    pub(crate) async fn with_identity(identity: Identity) -> Self {
        let system = System::new().await;
        let (store, queue) = (system.api.clone(), system.queue());
        let router = router(App { store, queue, identity, endpoints: caller(), long_calls: api::bounds(12) });
        Self { system, router }
    }

    pub(crate) async fn client(&self) -> Client {
        let mut owner = self.system.database.owner().acquire().await.unwrap();
        let founded = organizations::found(&mut owner, "test").await.unwrap();
        Client {
            router: self.router.clone(),
            token: founded.token,
            organization_id: founded.organization_id,
            user_id: founded.user_id,
        }
    }

    /// A second user of the client's organization.
    pub(crate) async fn colleague(&self, client: &Client) -> Client {
        let stranger = self.client().await;
        let (user, organization) = (stranger.user_id, client.organization_id);
        self.change(format!("delete from token where user_id = '{user}'")).await;
        self.change(format!("update \"user\" set organization_id = '{organization}' where id = '{user}'"))
            .await;
        let hash = tokens::hash(&stranger.token);
        self.change(format!(
            "insert into token (organization_id, user_id, name, token_hash, token_obfuscated)
             values ('{organization}', '{user}', 't', '{hash}', 'rh-…')"
        ))
        .await;
        Client { organization_id: organization, ..stranger }
    }

    /// A configuration of the client's organization, with so many tests; also its test set and endpoint.
    pub(crate) async fn configuration(&self, client: &Client, tests: usize) -> (Uuid, Uuid, Uuid) {
        let rows: Vec<Row> = (0..tests)
            .map(|n| Row { prompt: format!("prompt {n}"), expected: Some("answer".into()) })
            .collect();
        let endpoint = endpoints::Endpoint::input_output("http://127.0.0.1:9/");
        let mut tx = self.system.database.owner().begin().await.unwrap();
        organizations::enter(&mut tx, client.organization_id).await.unwrap();
        let endpoint_id = endpoints::create(&mut tx, "endpoint", &endpoint, None).await.unwrap();
        let test_set_id = test_sets::create(&mut tx, "tests", &rows, None).await.unwrap();
        let id = configurations::create(&mut tx, endpoint_id, test_set_id, None).await.unwrap();
        tx.commit().await.unwrap();
        (id, test_set_id, endpoint_id)
    }

    /// How many rows there are of tasks, open promises and test runs, whosever they are.
    pub(crate) async fn written(&self) -> (i64, i64, i64) {
        sql::query_as(
            "select (select count(*) from tasks.task), (select count(*) from tasks.outbox),
               (select count(*) from test_run)",
        )
        .fetch_one(self.system.database.owner())
        .await
        .unwrap()
    }

    /// Delivers the messages that there are to a function that counts test sets, once: some may come too soon.
    pub(crate) async fn deliver_once(&self) {
        let worker = self.system.worker(|_: CountTestSets, _| async { Ok(1) });
        let wakes = self.system.messages.take("count_test_sets", 100);
        self.system.deliver(&worker, &wakes).await;
    }

    /// Runs the tasks that count test sets until there are no messages; each answers 1, or fails with `error`.
    pub(crate) async fn run_counts(&self, error: Option<&'static str>) {
        let worker = self.system.worker(move |_: CountTestSets, _| async move {
            match error {
                None => Ok(1),
                Some(text) => Err(Error::permanent(text)),
            }
        });
        self.system.drain("count_test_sets", &worker).await;
    }

    /// Changes rows as the owner of the database.
    pub(crate) async fn change(&self, statement: String) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(self.system.database.owner()).await.unwrap();
    }
}

/// What calls endpoints, on this machine and with a key for their secrets.
pub(crate) fn caller() -> endpoints::Client {
    let keys = Keys::parse("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=").unwrap();
    let allow = endpoints::Allow::this_machine();
    endpoints::Client::builder().allow(allow).keys(keys).build().unwrap()
}

impl Client {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Request::post(path).header("content-type", "application/json").body(body.into()).unwrap())
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        let request = Request::put(path).header("content-type", "application/json");
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    /// Posts with headers of the test's own.
    pub(crate) async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    /// Starts a task that counts test sets, as so many tests do.
    pub(crate) async fn count(&self, options: &Value) -> Uuid {
        self.post("/tasks/count_test_sets", options).await.task_id()
    }

    /// How a task stands.
    pub(crate) async fn state(&self, id: Uuid) -> Value {
        let answer = self.get(&format!("/tasks/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// Sends a request with this client's token.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        send(&self.router, request).await
    }
}

/// Sends a request as it is.
pub(crate) async fn send<B>(router: &Router, request: Request<B>) -> Answer
where
    B: axum::body::HttpBody<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    assert_eq!(head.headers["cache-control"], "no-store", "whatever the answer is");
    assert_eq!(head.headers["x-content-type-options"], "nosniff", "whatever the answer is");
    let bytes = to_bytes(body, 8 << 20).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status: head.status, headers: head.headers, body }
}

impl Answer {
    /// The status and the field of a problem document, once its form was checked.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, Option<&str>) {
        let status = self.status.as_u16();
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        assert_eq!(self.body["status"], status, "{self:?}");
        assert_eq!(self.body["type"], "about:blank", "{self:?}");
        assert_eq!(self.body["title"], self.status.canonical_reason().unwrap(), "{self:?}");
        assert!(self.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        (status, self.body["field"].as_str())
    }

    /// The address of the next page of a list that was asked for at `address`, as a browser would make it.
    pub(crate) fn next(&self, address: &str) -> Option<String> {
        let link = self.headers.get("link")?.to_str().unwrap();
        let query = link.strip_prefix('<').and_then(|rest| rest.strip_suffix(">; rel=\"next\"")).unwrap();
        assert!(query.starts_with('?'), "holds behind any prefix: {link}");
        Some(format!("{}{query}", address.split('?').next().unwrap()))
    }

    /// The ids of a list of them.
    #[track_caller]
    pub(crate) fn ids(&self, field: &str) -> Vec<Uuid> {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_value(self.body[field].clone()).expect("a list of ids")
    }

    /// The id of the task that was started.
    #[track_caller]
    pub(crate) fn task_id(&self) -> Uuid {
        assert!(self.status.is_success(), "{self:?}");
        self.body["task_id"].as_str().and_then(|id| id.parse().ok()).expect("a task_id")
    }
}
