use api::{App, Identity, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use rhesis::{endpoints, organizations, runs};
use sqlx::{AssertSqlSafe, Connection as _};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::world::World;

/// What `make bench PAGES=1` fills a database with.
const FILL: &str = include_str!("../../bench/pages/fill.sql");
/// Makes a connection tell now what it has read; else it does so some seconds later, and it would be another page's.
const TELL: &str = "select pg_stat_force_next_flush()";
/// How many of each there are: less than there, and more than a page may read.
const TASKS: i64 = 30_000;
const TESTS: i64 = 3_000;

/// An organization with much to show, and somebody who looks at it.
struct Visit {
    world: World,
    app: Router,
    cookie: String,
    /// Runs, the latest first; that one goes on.
    runs: Vec<Uuid>,
    test_set: Uuid,
}

impl Visit {
    async fn new() -> Self {
        let world = World::new().await;
        let mut superuser = world.superuser().await;
        let founded = organizations::found(&mut superuser, "large").await.unwrap();
        let (organization, test_set) = (founded.organization_id, Uuid::now_v7());
        let mut tx = superuser.begin().await.unwrap();
        organizations::enter(&mut tx, organization).await.unwrap();
        let bot = endpoints::Endpoint::input_output("http://127.0.0.1:9/");
        endpoints::create(&mut tx, "bot", &bot, None).await.unwrap();
        tx.commit().await.unwrap();
        let mut fill = FILL.replace("%%", "%");
        let counts =
            [("success", TASKS), ("failed", TASKS), ("waiting", TASKS), ("tests", TESTS), ("runs", 4)];
        for (name, count) in counts {
            fill = fill.replace(&format!("%({name})s"), &count.to_string());
        }
        let ids = [("organization", organization), ("user", founded.user_id), ("test_set", test_set)];
        for (name, id) in ids.into_iter().chain([("configuration", Uuid::now_v7())]) {
            fill = fill.replace(&format!("%({name})s"), &format!("'{id}'::uuid"));
        }
        sqlx::raw_sql(AssertSqlSafe(fill)).execute(&mut superuser).await.unwrap();
        let mut tx = superuser.begin().await.unwrap();
        organizations::enter(&mut tx, organization).await.unwrap();
        let runs: Vec<Uuid> =
            sql::query_scalar("select id from test_run order by id desc").fetch_all(&mut *tx).await.unwrap();
        for run in runs[1..].iter().rev() {
            runs::complete(&mut tx, *run).await.unwrap();
        }
        tx.commit().await.unwrap();
        sqlx::raw_sql("vacuum (analyze)").execute(&mut superuser).await.unwrap();
        sqlx::raw_sql(TELL).execute(&mut superuser).await.unwrap();
        let app = router(App {
            store: world.api.clone(),
            queue: world.system.queue(),
            identity: Identity::default(),
            endpoints: rhesis::endpoints::Client::builder().build().unwrap(),
            long_calls: api::bounds(12),
        });
        let form =
            Request::post("/console/sign-in").body(Body::from(format!("token={}", founded.token))).unwrap();
        let signed_in = app.clone().oneshot(form).await.unwrap();
        let cookie =
            signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { world, app, cookie, runs, test_set }
    }

    async fn open(&self, page: &str) {
        let request = Request::get(format!("/console/{page}")).header("cookie", &self.cookie);
        let answer = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200, "{page}");
    }

    /// How many statements a page takes, and how many rows and entries of indexes Postgres reads for it.
    async fn cost(&self, page: &str) -> (usize, i64) {
        // Once, so that the connection stands and its statements are prepared.
        self.open(page).await;
        self.rest().await;
        let before = self.read().await;
        self.open(page).await;
        self.rest().await;
        let read = self.read().await - before;
        self.open(page).await;
        self.world.wire.take();
        self.open(page).await;
        (self.world.wire.take().0, read)
    }

    /// Makes the connection tell what it has read.
    async fn rest(&self) {
        let mut connection = self.world.api.pool().await.unwrap().acquire().await.unwrap();
        sqlx::raw_sql(TELL).execute(&mut *connection).await.unwrap();
    }

    async fn read(&self) -> i64 {
        self.world
            .count(
                "select (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables)::bigint
                      + (select sum(idx_tup_read) from pg_stat_user_indexes)::bigint",
            )
            .await
    }
}

#[tokio::test]
async fn a_page_takes_few_statements_and_never_reads_a_large_table() {
    let visit = Visit::new().await;
    let [goes_on, run, before, _] = visit.runs[..] else { panic!("{:?}", visit.runs) };
    let mut owner = visit.world.superuser().await;
    let failed: Uuid =
        sql::query_scalar("select id from tasks.task where fingerprint is not null order by id desc limit 1")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let of_cause: String = sql::query_scalar(
        "select '?kind=' || kind || '&fingerprint=' || fingerprint from tasks.task where fingerprint is not null limit 1",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let result: Uuid = sql::query_scalar("select id from test_result where test_run_id = $1 limit 1")
        .bind(run)
        .fetch_one(&mut owner)
        .await
        .unwrap();
    sqlx::raw_sql(TELL).execute(&mut owner).await.unwrap();
    // A page, how many statements it may take, and how much Postgres may read for it.
    let (few, looked_at, run_twice) = (4_000, 26_000, 3 * 2 * TESTS);
    let pages = [
        ("overview".to_owned(), 32, 3 * looked_at),
        ("overview?window=week".into(), 32, 3 * looked_at),
        ("tasks".into(), 12, 10_000 * 4),
        ("tasks?status=PENDING".into(), 12, few),
        ("tasks?status=FAILURE&kind=execute_test".into(), 12, few),
        (format!("tasks{of_cause}"), 12, few),
        (format!("tasks/{failed}"), 20, few),
        ("dead-letters".into(), 8, few),
        ("batches".into(), 12, few),
        ("schedules".into(), 8, few),
        ("limits".into(), 8, few),
        ("kinds".into(), 4, few),
        ("kinds/execute_test".into(), 12, few),
        ("runs".into(), 20, TESTS + few),
        (format!("runs/{run}"), 28, TESTS + few),
        (format!("runs/{run}?search=zebra"), 28, 14 * TESTS),
        (format!("runs/{goes_on}"), 28, 2 * TESTS + few),
        (format!("runs/{run}/flaky"), 12, few),
        (format!("runs/{run}/compare/{before}"), 24, 2 * run_twice),
        (format!("results/{result}"), 12, few),
        ("test-sets".into(), 12, TESTS + few),
        (format!("test-sets/{}", visit.test_set), 28, 5 * TESTS),
        ("endpoints".into(), 12, few),
        ("metrics".into(), 16, few),
        ("models".into(), 12, few),
        ("tokens".into(), 12, few),
        ("webhooks".into(), 16, 10_000 * 4 + few),
    ];
    let mut dear = Vec::new();
    for (page, most_statements, most_read) in pages {
        let (statements, read) = visit.cost(&page).await;
        println!("{page}: {statements} statements, {read} read");
        if (statements > most_statements && !sql::pooled()) || read > most_read {
            dear.push(format!(
                "{page}: {statements} statements of {most_statements}, {read} read of {most_read}"
            ));
        }
    }
    assert!(dear.is_empty(), "{dear:#?}");
}
