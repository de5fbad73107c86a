use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::calls::Call;
use crate::world::{Api, Client};

/// A word in every name of the tenant whose rows nobody else may see.
pub(crate) const MARK: &str = "zebra";

/// A tenant with rows in every table.
pub(crate) struct Tenant {
    pub(crate) client: Client,
    ids: HashMap<String, String>,
}

/// Rows that no request makes, or none that is quick; `$1` is the organization.
const PLANTED: &[&str] = &[
    "insert into metric (organization_id, name, class_name) values ($1, 'metric', 'exact')",
    "insert into test_set_metric (organization_id, test_set_id, metric_id)
     select $1, s.id, m.id from test_set s, metric m where s.organization_id = $1 and m.organization_id = $1",
    "insert into model (organization_id, name, model_name, endpoint) values ($1, 'm', 'm', 'https://models.test')",
    "insert into behavior (organization_id, name) values ($1, 'b')",
    "insert into behavior_metric (organization_id, behavior_id, metric_id)
     select $1, b.id, m.id from behavior b, metric m where b.organization_id = $1 and m.organization_id = $1",
    "insert into test_run_test (organization_id, test_run_id, test_id, position)
     select $1, r.id, t.test_id, t.position from test_run r, test_test_set t
     where r.organization_id = $1 and t.organization_id = $1",
    "insert into test_result (organization_id, test_run_id, test_id, status, reason)
     select $1, test_run_id, test_id, 'Error', 'reason' from test_run_test where organization_id = $1 limit 1",
    "insert into webhook (organization_id, url, secret, events)
     values ($1, 'https://hook.example.com/', 'sealed', '{task.failed}')",
    "insert into import (organization_id, name, format) values ($1, 'import', 'csv')",
    "insert into import_part (organization_id, import_id, number, content)
     select $1, id, 1, 'prompt' from import where organization_id = $1",
    "insert into notice (organization_id, event, data) values ($1, 'task.failed', '{}')",
    "insert into console_session (organization_id, user_id, secret_hash, expires_at)
     select $1, id, encode(sha256(id::text::bytea), 'hex'), now() + interval '1 hour' from \"user\" where organization_id = $1",
    "insert into tasks.private_subject (id, organization_id) values (gen_random_uuid(), $1)",
    "insert into private_test (id, organization_id) values (gen_random_uuid(), $1)",
    "insert into long_call (organization_id, user_id, expires_at)
     select $1, id, now() + interval '1 hour' from \"user\" where organization_id = $1",
    "insert into sign_in_code (organization_id, user_id, code_hash, uses_left, expires_at)
     select $1, id, encode(sha256(id::text::bytea), 'hex'), 1, now() + interval '1 hour' from \"user\" where organization_id = $1",
];

/// Puts the mark into names and texts.
const MARKED: &[&str] = &[
    "update organization set name = 'zebra' where id = $1",
    "update endpoint set name = 'zebra', url = 'https://zebra.test' where organization_id = $1",
    "update prompt set content = 'zebra' where organization_id = $1",
    "update test_set set name = 'zebra', description = 'zebra' where organization_id = $1",
    "update metric set name = 'zebra' where organization_id = $1",
    "update model set name = 'zebra' where organization_id = $1",
    "update test_run set name = 'zebra', error = 'zebra' where organization_id = $1",
    "update import set name = 'zebra' where organization_id = $1",
    "update token set name = 'zebra' where organization_id = $1",
    "update webhook set url = 'https://zebra.test' where organization_id = $1",
    "update tasks.schedule set name = 'zebra' where organization_id = $1",
    "update tasks.task set headers = '{\"x\": \"zebra\"}' where organization_id = $1",
];

/// The tables of tenants, by name.
pub(crate) async fn tables(api: &Api) -> Vec<String> {
    sql::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid
         where a.attname = 'organization_id' and c.relkind = 'r'
           and c.relnamespace in ('public'::regnamespace, 'tasks'::regnamespace) order by 1",
    )
    .fetch_all(api.system.database.owner())
    .await
    .unwrap()
}

impl Tenant {
    pub(crate) async fn new(api: &Api) -> Self {
        let client = api.client().await;
        let (configuration, ..) = api.configuration(&client, 2).await;
        client.count(&json!({ "idempotency_key": "the same", "limit_key": "k" })).await;
        client.put("/limits/k", &json!({ "max_running": 1 })).await;
        api.run_counts(Some("of the walk")).await;
        for (path, body) in [
            (format!("/test_configurations/{configuration}/execute"), json!({})),
            ("/groups".into(), json!({ "members": [{ "kind": "count_test_sets" }] })),
            ("/schedules".into(), json!({ "name": "nightly", "kind": "count_test_sets", "every": 3600 })),
        ] {
            let answer = client.post(&path, &body).await;
            assert!(answer.status.is_success(), "{path}: {answer:?}");
        }
        let mut tenant = Self { client, ids: HashMap::new() };
        tenant.run(api, PLANTED).await;
        tenant.run(api, &["insert into tasks.attempt_history (task_id, attempt, organization_id, outcome, claimed_at, ended_at)
             select id, 9, $1, 'retry', now(), now() from tasks.task where organization_id = $1 limit 1",
            "insert into tasks.ended_tasks values ($1, 'count_test_sets', now(), 1, 1, 1)",
            "insert into tasks.batch_operation (id, organization_id, operation, kind, created_before)
             values (gen_random_uuid(), $1, 'revoke', 'no such kind', now())",
            "insert into tasks.dead_letter values ($1, 'count_test_sets', 'fingerprint', 1)"]).await;
        for table in tables(api).await {
            if let Some(id) = tenant.rows(api, &table).await.first().and_then(|row| row["id"].as_str()) {
                tenant.ids.insert(table, id.to_owned());
            }
        }
        tenant
    }

    /// A client with rows of certain ids.
    pub(crate) fn with(client: Client, ids: HashMap<String, String>) -> Self {
        Self { client, ids }
    }

    /// Marks what has a name.
    pub(crate) async fn mark(&self, api: &Api) {
        self.run(api, MARKED).await;
    }

    /// The id of a row of this tenant.
    pub(crate) fn id(&self, table: &str) -> String {
        self.ids.get(table).unwrap_or_else(|| panic!("no row with an id in {table}")).clone()
    }

    /// The ids that a call of somebody else names.
    pub(crate) fn ids(&self, call: &Call) -> HashMap<String, String> {
        call.tables().into_iter().map(|table| (table.clone(), self.id(&table))).collect()
    }

    /// The tenant's rows of a table, in a stable order.
    pub(crate) async fn rows(&self, api: &Api, table: &str) -> Vec<Value> {
        let query = format!(
            "select to_jsonb(t) from {table} t where organization_id = $1 order by to_jsonb(t)::text"
        );
        sqlx::query_scalar(AssertSqlSafe(query))
            .bind(self.client.organization_id)
            .fetch_all(api.system.database.owner())
            .await
            .unwrap()
    }

    /// All rows of the tenant, by table.
    pub(crate) async fn everything(&self, api: &Api) -> BTreeMap<String, Vec<Value>> {
        let mut all = BTreeMap::new();
        for table in tables(api).await {
            all.insert(table.clone(), self.rows(api, &table).await);
        }
        all
    }

    /// Every id and every address in the tenant's rows.
    pub(crate) async fn secrets(&self, api: &Api) -> BTreeSet<String> {
        let all = self.everything(api).await;
        let values = all.values().flatten().filter_map(Value::as_object).flat_map(|row| row.values());
        let texts = values.filter_map(Value::as_str);
        texts.filter(|text| text.parse::<Uuid>().is_ok() || text.contains('@')).map(str::to_owned).collect()
    }

    async fn run(&self, api: &Api, statements: &[&'static str]) {
        for statement in statements {
            sql::query(statement)
                .bind(self.client.organization_id)
                .execute(api.system.database.owner())
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }
}
