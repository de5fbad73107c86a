use super::tenant::Tenant;

/// How a route is called by a tenant that has nothing to do with what it asks for.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// As the router has it, with a query string if it is to have one.
    path: &'static str,
    /// What the names in braces stand for, in order: a table, whose row is the other tenant's; `own:` and a table, whose
    /// row is the caller's; `=` and the text itself.
    names: &'static [&'static str],
    /// `$table` is the id of the other tenant's row there, `$own:table` of the caller's.
    body: &'static str,
}

const fn call(
    method: &'static str,
    path: &'static str,
    names: &'static [&'static str],
    body: &'static str,
) -> Call {
    Call { method, path, names, body }
}

/// One line for every route; several, where several things can be another tenant's.
pub(crate) const CALLS: &[Call] = &[
    call("GET", "/health", &[], ""),
    call("GET", "/openapi.json", &[], ""),
    call("POST", "/test-configurations/{id}/execute", &["test_configuration"], ""),
    call("POST", "/test_configurations/{id}/execute", &["test_configuration"], ""),
    call("POST", "/test_runs/{id}/cancel", &["test_run"], ""),
    call("GET", "/endpoints", &[], ""),
    call("POST", "/endpoints", &[], r#"{"name":"another","url":"https://ai.example.com/"}"#),
    call("GET", "/endpoints/{id}", &["endpoint"], ""),
    call("PUT", "/endpoints/{id}", &["endpoint"], r#"{"name":"another","url":"https://ai.example.com/"}"#),
    call("POST", "/endpoints/{id}/invoke", &["endpoint"], r#"{"input":"hello"}"#),
    call("DELETE", "/endpoints/{id}", &["endpoint"], ""),
    call("GET", "/test_runs", &[], ""),
    call("GET", "/test_runs?test_configuration_id={id}", &["test_configuration"], ""),
    call("GET", "/test_runs?test_set_id={id}", &["test_set"], ""),
    call("GET", "/test_runs/{id}", &["test_run"], ""),
    call("GET", "/test_runs/{id}/metrics", &["test_run"], ""),
    call("GET", "/test_runs/{id}/failures", &["test_run"], ""),
    call("GET", "/test_runs/{id}/flaky_tests", &["test_run"], ""),
    call("POST", "/test_runs/{id}/repeat", &["test_run"], ""),
    call("GET", "/test_runs/{id}/compare/{before_id}", &["test_run", "test_run"], ""),
    call("GET", "/test_runs/{id}/compare/{before_id}", &["own:test_run", "test_run"], ""),
    call("GET", "/test_runs/{id}/compare/{before_id}/tests", &["test_run", "own:test_run"], ""),
    call("GET", "/test_runs/{id}/download", &["test_run"], ""),
    call("PUT", "/test_runs/{id}", &["test_run"], r#"{"name":"mine"}"#),
    call("DELETE", "/test_runs/{id}", &["test_run"], ""),
    call("GET", "/test_results?test_run_id={id}", &["test_run"], ""),
    call("GET", "/test_results/{id}", &["test_result"], ""),
    call("GET", "/test_sets", &[], ""),
    call("POST", "/test_sets", &[], r#"{"name":"another","tests":[{"prompt":"p"}]}"#),
    call("GET", "/test_sets/stats", &[], ""),
    call(
        "POST",
        "/test_sets/import?name=another",
        &[],
        r#"prompt,expected
p,e
"#,
    ),
    call("GET", "/test_sets/{id}", &["test_set"], ""),
    call("GET", "/test_sets/{id}/tests", &["test_set"], ""),
    call("PUT", "/test_sets/{id}", &["test_set"], r#"{"name":"mine"}"#),
    call("POST", "/test_sets/{id}/execute/{endpoint_id}", &["test_set", "own:endpoint"], ""),
    call("POST", "/test_sets/{id}/execute/{endpoint_id}", &["own:test_set", "endpoint"], ""),
    call("DELETE", "/test_sets/{id}", &["test_set"], ""),
    call("GET", "/imports", &[], ""),
    call("POST", "/imports", &[], r#"{"name":"another","format":"csv"}"#),
    call("GET", "/imports/{id}", &["import"], ""),
    call(
        "PUT",
        "/imports/{id}/parts/{number}",
        &["import", "=2"],
        r#"prompt,expected
p,e
"#,
    ),
    call("POST", "/imports/{id}/commit", &["import"], ""),
    call("DELETE", "/imports/{id}", &["import"], ""),
    call("GET", "/test_configurations", &[], ""),
    call("GET", "/test_configurations?test_set_id={id}", &["test_set"], ""),
    call("POST", "/test_configurations", &[], r#"{"endpoint_id":"$endpoint","test_set_id":"$own:test_set"}"#),
    call("POST", "/test_configurations", &[], r#"{"endpoint_id":"$own:endpoint","test_set_id":"$test_set"}"#),
    call("GET", "/test_configurations/{id}", &["test_configuration"], ""),
    call("PUT", "/test_configurations/{id}", &["test_configuration"], r#"{"test_set_id":"$own:test_set"}"#),
    call("PUT", "/test_configurations/{id}", &["own:test_configuration"], r#"{"test_set_id":"$test_set"}"#),
    call("DELETE", "/test_configurations/{id}", &["test_configuration"], ""),
    call("GET", "/test-configurations", &[], ""),
    call("GET", "/test-configurations?test_set_id={id}", &["test_set"], ""),
    call("POST", "/test-configurations", &[], r#"{"endpoint_id":"$endpoint","test_set_id":"$own:test_set"}"#),
    call("POST", "/test-configurations", &[], r#"{"endpoint_id":"$own:endpoint","test_set_id":"$test_set"}"#),
    call("GET", "/test-configurations/{id}", &["test_configuration"], ""),
    call("PUT", "/test-configurations/{id}", &["test_configuration"], r#"{"test_set_id":"$own:test_set"}"#),
    call("PUT", "/test-configurations/{id}", &["own:test_configuration"], r#"{"test_set_id":"$test_set"}"#),
    call("DELETE", "/test-configurations/{id}", &["test_configuration"], ""),
    call("GET", "/metrics", &[], ""),
    call("POST", "/metrics", &[], r#"{"name":"another","class_name":"exact"}"#),
    call(
        "POST",
        "/metrics",
        &[],
        r#"{"name":"another","class_name":"NumericJudge","evaluation_prompt":"p","threshold":1,"model_id":"$model"}"#,
    ),
    call("GET", "/metrics/{id}", &["metric"], ""),
    call("PUT", "/metrics/{id}", &["metric"], r#"{"name":"mine","class_name":"exact"}"#),
    call("DELETE", "/metrics/{id}", &["metric"], ""),
    call("PUT", "/test_sets/{id}/metrics/{metric_id}", &["own:test_set", "metric"], ""),
    call("PUT", "/test_sets/{id}/metrics/{metric_id}", &["test_set", "own:metric"], ""),
    call("DELETE", "/test_sets/{id}/metrics/{metric_id}", &["test_set", "metric"], ""),
    call("GET", "/test_sets/{id}/metrics", &["test_set"], ""),
    call("POST", "/test_sets/{id}/metrics/{metric_id}", &["own:test_set", "metric"], ""),
    call("POST", "/test_sets/{id}/metrics/{metric_id}", &["test_set", "own:metric"], ""),
    call(
        "POST",
        "/test_sets/bulk",
        &[],
        r#"{"name":"another","tests":[{"prompt":{"content":"p"},"behavior":"b"}]}"#,
    ),
    call("POST", "/test_sets/{id}/associate", &["test_set"], r#"{"test_ids":["$test"]}"#),
    call("POST", "/test_sets/{id}/associate", &["own:test_set"], r#"{"test_ids":["$test"]}"#),
    call("POST", "/test_sets/{id}/disassociate", &["test_set"], r#"{"test_ids":["$test"]}"#),
    call("GET", "/test_sets/{id}/last-run/{endpoint_id}", &["test_set", "own:endpoint"], ""),
    call("GET", "/test_sets/{id}/last-run/{endpoint_id}", &["own:test_set", "endpoint"], ""),
    call(
        "POST",
        "/test_sets/{id}/execute/{endpoint_id}",
        &["own:test_set", "own:endpoint"],
        r#"{"reference_test_run_id":"$test_run"}"#,
    ),
    call("GET", "/behaviors", &[], ""),
    call("POST", "/behaviors", &[], r#"{"name":"another"}"#),
    call("GET", "/behaviors/{id}", &["behavior"], ""),
    call("PUT", "/behaviors/{id}", &["behavior"], r#"{"name":"mine"}"#),
    call("GET", "/behaviors/{id}/metrics", &["behavior"], ""),
    call("GET", "/behaviors/{id}/metrics/", &["behavior"], ""),
    call("POST", "/behaviors/{id}/metrics/{metric_id}", &["behavior", "metric"], ""),
    call("DELETE", "/behaviors/{id}/metrics/{metric_id}", &["behavior", "metric"], ""),
    call("DELETE", "/behaviors/{id}", &["behavior"], ""),
    call("GET", "/requirements", &[], ""),
    call("POST", "/requirements", &[], r#"{"name":"another"}"#),
    call("GET", "/requirements/{id}", &["behavior"], ""),
    call("PUT", "/requirements/{id}", &["behavior"], r#"{"name":"mine"}"#),
    call("GET", "/requirements/{id}/metrics", &["behavior"], ""),
    call("GET", "/requirements/{id}/metrics/", &["behavior"], ""),
    call("POST", "/requirements/{id}/metrics/{metric_id}", &["behavior", "metric"], ""),
    call("DELETE", "/requirements/{id}/metrics/{metric_id}", &["behavior", "metric"], ""),
    call("DELETE", "/requirements/{id}", &["behavior"], ""),
    call("GET", "/models", &[], ""),
    call(
        "POST",
        "/models",
        &[],
        r#"{"name":"another","model_name":"m","endpoint":"https://ai.example.com/v1"}"#,
    ),
    call("GET", "/models/{id}", &["model"], ""),
    call("DELETE", "/models/{id}", &["model"], ""),
    call("POST", "/test_runs/{id}/rescore", &["test_run"], ""),
    call("POST", "/kick", &[], r#"{"task_ids":["$tasks.task"]}"#),
    call("GET", "/me", &[], ""),
    call("GET", "/kinds", &[], ""),
    call("GET", "/kinds/{kind}", &["=count_test_sets"], ""),
    call("GET", "/tasks", &[], ""),
    call("POST", "/tasks", &[], r#"[{"kind":"count_test_sets","parent_id":"$tasks.task"}]"#),
    call(
        "POST",
        "/tasks",
        &[],
        r#"[{"kind":"count_test_sets","idempotency_key":"the same","limit_key":"k"}]"#,
    ),
    call("GET", "/tasks/stats", &[], ""),
    call("GET", "/tasks/throughput", &[], ""),
    call("GET", "/relay", &[], ""),
    call("GET", "/batch_operations", &[], ""),
    call("POST", "/batch_operations", &[], r#"{"operation":"revoke","parent_id":"$tasks.task"}"#),
    call("GET", "/batch_operations/{id}", &["tasks.batch_operation"], ""),
    call("DELETE", "/batch_operations/{id}", &["tasks.batch_operation"], ""),
    call("GET", "/tasks/{id}", &["tasks.task"], ""),
    call("POST", "/tasks/{id}", &["=count_test_sets"], r#"{"parent_id":"$tasks.task"}"#),
    call("POST", "/tasks/{id}", &["=count_test_sets"], r#"{"limit_key":"k"}"#),
    call(
        "POST",
        "/tasks/{id}",
        &["=execute_test_configuration"],
        r#"{"args":{"test_configuration_id":"$own:test_configuration"},"parent_id":"$tasks.task"}"#,
    ),
    call("GET", "/tasks/{id}/why", &["tasks.task"], ""),
    call("POST", "/tasks/{id}/retry", &["tasks.task"], ""),
    call("DELETE", "/tasks/{id}", &["tasks.task"], ""),
    call("POST", "/groups", &[], r#"{"members":[{"kind":"count_test_sets","parent_id":"$tasks.task"}]}"#),
    call("GET", "/tasks?group_id={id}", &["tasks.task_group"], ""),
    call("GET", "/groups/{id}", &["tasks.task_group"], ""),
    call("DELETE", "/groups/{id}", &["tasks.task_group"], ""),
    call("POST", "/chains", &[], r#"{"tasks":[{"kind":"count_test_sets","parent_id":"$tasks.task"}]}"#),
    call("GET", "/dead-letters", &[], ""),
    call("POST", "/dead-letters/redrive", &[], r#"{"kind":"count_test_sets"}"#),
    call("POST", "/dead-letters/redrive", &[], r#"{"kind":"count_test_sets","dry_run":false}"#),
    call("GET", "/limits", &[], ""),
    call("PUT", "/limits?key=k", &[], r#"{"max_running":7}"#),
    call("DELETE", "/limits?key=k", &[], ""),
    call("PUT", "/limits/{*key}", &["=k"], r#"{"max_running":7}"#),
    call("DELETE", "/limits/{*key}", &["=k"], ""),
    call("GET", "/tokens", &[], ""),
    call("POST", "/tokens", &[], r#"{"name":"another"}"#),
    call("DELETE", "/tokens/{id}", &["token"], ""),
    call("GET", "/schedules", &[], ""),
    call("POST", "/schedules", &[], r#"{"name":"another","kind":"count_test_sets","every":60}"#),
    call("GET", "/schedules/{id}", &["tasks.schedule"], ""),
    call("POST", "/schedules/{id}/pause", &["tasks.schedule"], ""),
    call("POST", "/schedules/{id}/resume", &["tasks.schedule"], ""),
    call("DELETE", "/schedules/{id}", &["tasks.schedule"], ""),
    call("GET", "/webhooks", &[], ""),
    call("POST", "/webhooks", &[], r#"{"url":"https://hook.example.com/","events":["task.failed"]}"#),
    call("POST", "/webhooks/{id}/test", &["webhook"], ""),
    call("DELETE", "/webhooks/{id}", &["webhook"], ""),
];

impl Call {
    /// Method and path, as the router has them.
    pub(crate) fn route(&self) -> String {
        format!("{} {}", self.method, self.address())
    }

    /// The tables whose rows are another tenant's.
    pub(crate) fn tables(&self) -> Vec<String> {
        let in_path = self.names.iter().filter(|name| !name.starts_with('=') && !name.starts_with("own:"));
        let in_body = words(self.body).filter(|word| !word.starts_with("own:"));
        in_path.map(|name| (*name).to_owned()).chain(in_body.map(str::to_owned)).collect()
    }

    pub(crate) fn names_another(&self) -> bool {
        !self.tables().is_empty()
    }

    /// Whether the address is another tenant's; a filter by something of theirs is not.
    pub(crate) fn in_path(&self) -> bool {
        let names = self.names.iter().take(self.address().matches('{').count());
        names.into_iter().any(|name| !name.starts_with('=') && !name.starts_with("own:"))
    }

    fn address(&self) -> &str {
        self.path.split('?').next().unwrap()
    }

    /// Path and body with everything put in; `foreign` answers the id of a table.
    pub(crate) fn with(&self, caller: &Tenant, foreign: impl Fn(&str) -> String) -> (String, String) {
        let id = |name: &str| match (name.strip_prefix('='), name.strip_prefix("own:")) {
            (Some(text), _) => text.to_owned(),
            (_, Some(table)) => caller.id(table),
            _ => foreign(name),
        };
        let mut path = self.path.to_owned();
        for name in self.names {
            let (begin, end) = (path.find('{').unwrap(), path.find('}').unwrap());
            path.replace_range(begin..=end, &id(name));
        }
        let mut body = self.body.to_owned();
        for word in words(self.body) {
            body = body.replace(&format!("\"${word}\""), &format!("\"{}\"", id(word)));
        }
        (path, body)
    }
}

/// What stands behind the dollar signs of a body.
fn words(body: &str) -> impl Iterator<Item = &str> {
    body.split("\"$").skip(1).map(|rest| rest.split('"').next().unwrap())
}
