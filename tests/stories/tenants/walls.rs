//! The walls between tenants, read from the database's own catalogue.

use sqlx::AssertSqlSafe;
use testing::{Database, System};

/// All that works across tenants, each with its reason. A new name here is a decision, not a habit.
const ACROSS: [(&str, &[&str]); 15] = [
    (
        "how many long calls there are, of everybody, counted by the API",
        &["begin_long_call", "end_long_call"],
    ),
    (
        "who a credential is, before a tenant is known",
        &[
            "authenticate",
            "authenticate_user",
            "authenticate_subject",
            "authenticate_session",
            "redeem_sign_in_code",
        ],
    ),
    (
        "starting, for the bound organization",
        &["enqueue_batch", "enqueue_all", "enqueue_group", "create_schedule"],
    ),
    ("starting, for the organization of a credential that the API has looked up", &["start"]),
    (
        "changing what is the bound organization's",
        &[
            "forget_key",
            "kick",
            "revoke",
            "cancel_group",
            "retry_ended",
            "redrive",
            "begin_batch_operation",
            "continue_batch_operation",
            "stop_batch_operation",
            "set_limit",
            "pause_schedule",
            "resume_schedule",
            "delete_schedule",
        ],
    ),
    (
        "claiming and ending, of a role's own kind, by a claim's token",
        &["take", "claim", "heartbeat", "still_held", "checkpoint", "succeed", "finish", "hand_over"],
    ),
    (
        "the relay's sweep",
        &[
            "begin_sweep",
            "sweep_due",
            "sweep_overdue",
            "check_groups",
            "due_schedules",
            "fire_schedules",
            "lag",
            "next_due",
        ],
    ),
    (
        "whether something is private to another user of the bound organization",
        &[
            "sees_all",
            "hides",
            "hides_group",
            "hides_id",
            "hides_test",
            "hides_prompt",
            "hidden_subjects",
            "hidden_groups",
            "hidden_tasks",
            "hidden_runs",
        ],
    ),
    (
        "whether a test of the bound organization is in a set that the bound user may not see",
        &["is_in_another_set"],
    ),
    (
        "noting what is private, and what a task is about",
        &[
            "note_private_set",
            "note_private_configuration",
            "keep_private_tests",
            "subject_of",
            "name_subject_of_task",
            "name_subject_of_schedule",
        ],
    ),
    ("retention", &["prune"]),
    ("adding up what ended, and what failed", &["add_up", "tidy_tally"]),
    ("what a deployment declares", &["declare_schedules"]),
    ("a run's end with its task's", &["end_run_with_its_task"]),
    ("telling of ends", &["enqueue_webhooks", "notify_of_run", "notify_of_failure", "take_notices"]),
];

async fn texts(database: &Database, query: &'static str) -> Vec<String> {
    sql::query_scalar(query).fetch_all(database.owner()).await.unwrap()
}

#[tokio::test]
async fn every_table_of_tenants_has_row_level_security_forced_and_a_policy_by_tenant() {
    let database = Database::new().await;
    let open = texts(
        &database,
        "select c.oid::regclass::text from pg_class c
         where c.relnamespace in ('public'::regnamespace, 'tasks'::regnamespace) and c.relkind in ('r', 'p')
           and (exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')
             or c.oid = 'public.organization'::regclass)
           and not (c.relrowsecurity and c.relforcerowsecurity and exists (
             select from pg_policy p
             where p.polrelid = c.oid and p.polname = 'tenant' and p.polroles = array['tasks_tenant'::regrole::oid]
               and pg_get_expr(p.polqual, p.polrelid) in
                 ('(organization_id = tasks.bound_organization())', '(id = tasks.bound_organization())')))
         order by 1",
    )
    .await;
    // Looked up by the engine only: no policy, so no tenant sees a row.
    assert_eq!(open, ["tasks.idempotency"]);
    let unforced: bool = sql::query_scalar(
        "select relforcerowsecurity from pg_class where oid = 'tasks.idempotency'::regclass",
    )
    .fetch_one(database.owner())
    .await
    .unwrap();
    assert!(unforced);
    let others = texts(
        &database,
        "select c.oid::regclass::text from pg_class c
         where c.relnamespace in ('public'::regnamespace, 'tasks'::regnamespace) and c.relkind in ('r', 'p')
           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')
         order by 1",
    )
    .await;
    assert_eq!(others, ["_sqlx_migrations", "organization", "tasks.kind", "tasks.relay"]);
}

#[tokio::test]
async fn no_role_that_logs_in_owns_anything_bypasses_policies_or_becomes_the_engine() {
    let database = Database::new().await;
    let strong = texts(
        &database,
        "select rolname::text from pg_roles
         where (rolname like 'task\\_%' or rolname like 'tasks\\_%')
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
             or rolcanlogin and pg_has_role(oid, 'tasks_engine', 'member')
             or rolcanlogin and exists (select from pg_class c where c.relowner = pg_roles.oid)
             or rolcanlogin and exists (select from pg_proc f where f.proowner = pg_roles.oid)
             or rolcanlogin and (has_schema_privilege(oid, 'public', 'create') or has_schema_privilege(oid, 'tasks', 'create'))
             or exists (select from pg_class c where c.relowner = pg_roles.oid and c.relkind = 'r'))
         order by 1",
    )
    .await;
    assert_eq!(strong, [] as [&str; 0]);
}

#[tokio::test]
async fn what_works_across_tenants_is_a_named_list_owned_by_the_engine() {
    let database = Database::new().await;
    let found = texts(
        &database,
        "select proname::text from pg_proc
         where prosecdef and pronamespace in ('public'::regnamespace, 'tasks'::regnamespace) order by 1",
    )
    .await;
    let mut named: Vec<&str> = ACROSS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    named.sort_unstable();
    assert_eq!(found, named);
    let loose = texts(
        &database,
        "select p.oid::regprocedure::text from pg_proc p
         where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'tasks'::regnamespace)
           and (p.proowner <> 'tasks_engine'::regrole
             or ('search_path=pg_catalog, pg_temp' = any (p.proconfig)) is not true
             or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))",
    )
    .await;
    assert_eq!(loose, [] as [&str; 0]);
}

#[tokio::test]
async fn nobody_but_the_engine_and_the_owner_has_a_policy_across_tenants() {
    let database = Database::new().await;
    let across = texts(
        &database,
        "select format('%s: %s', polrelid::regclass, polname) from pg_policy
         where polroles <> array['tasks_engine'::regrole::oid] and polpermissive and polname <> 'tenant'
           and polrelid::regclass::text not in ('organization', '\"user\"', 'token', 'sign_in_code') order by 1",
    )
    .await;
    assert_eq!(across, [] as [&str; 0]);
    let provision = texts(
        &database,
        "select polrelid::regclass::text from pg_policy where polname = 'provision' and polcmd = 'a' order by 1",
    )
    .await;
    assert_eq!(provision, ["\"user\"", "organization", "sign_in_code", "token"]);
}

#[tokio::test]
async fn a_handler_that_forgets_its_tenant_sees_nothing() {
    let system = System::new().await;
    system.start(&catalog::CountTestSets {}).await;
    sql::query("insert into test_set (name, organization_id) values ('ours', $1)")
        .bind(system.organization.id)
        .execute(system.database.owner())
        .await
        .unwrap();
    let tables = texts(
        &system.database,
        "select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid
         where a.attname = 'organization_id' and c.relkind = 'r'
           and c.relnamespace in ('public'::regnamespace, 'tasks'::regnamespace)",
    )
    .await;
    assert!(tables.len() > 15, "{tables:?}");
    for role in ["task_count_test_sets", "task_execute_test", "tasks_api", "tasks_relay"] {
        let store = system.database.store_as(role);
        for table in &tables {
            let query = AssertSqlSafe(format!("select count(*) from {table}"));
            // Nameless and in a transaction, as a pooler wants it.
            let mut tx = store.begin_unbound().await.unwrap();
            let seen: sqlx::Result<i64> =
                sqlx::query_scalar(query).persistent(!sql::pooled()).fetch_one(&mut *tx).await;
            match seen {
                Ok(rows) => assert_eq!(rows, 0, "{role} sees {table}"),
                Err(error) => assert!(error.to_string().contains("permission denied"), "{role}: {error}"),
            }
        }
    }
}
