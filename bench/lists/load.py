"""Fills every list of an organization."""

import psycopg

# Of the engine: most tasks have ended, one in fifty failed of one of fifty causes, one in a hundred waits for tomorrow.
TASKS = """
insert into tasks.task (id, kind, version, organization_id, user_id, parent_id, group_id, args, status, attempt, created_at, started_at,
  finished_at, error, fingerprint, failed_at)
select tasks.uuid_v7(), case when n %% 20 = 0 then 'count_test_sets' else 'execute_test' end, 1, %(organization)s, %(user)s,
  case when n %% 7 = 0 then %(parent)s::uuid end, case when n %% 11 = 0 and n <= 20000 then %(group)s::uuid end, '{}',
  case when n %% 50 = 0 then 'FAILURE' else 'SUCCESS' end, 1, clock_timestamp(), clock_timestamp(), clock_timestamp(),
  case when n %% 50 = 0 then '{"type": "Error", "message": "no credit"}'::jsonb end,
  case when n %% 50 = 0 then lpad(to_hex(n %% 2500), 16, '0') end, case when n %% 50 = 0 then clock_timestamp() end
from generate_series(%(first)s::int, %(last)s::int) n
"""
COUNTED = """
insert into tasks.dead_letter (organization_id, kind, fingerprint, count)
select organization_id, kind, fingerprint, count(*) from tasks.task
where organization_id = %(organization)s and fingerprint is not null group by 1, 2, 3
on conflict (organization_id, kind, fingerprint) do update set count = excluded.count
"""
GROUP = """
insert into tasks.task_group (id, organization_id, total, remaining, window_size, free)
values (%(group)s, %(organization)s, 10, 10, 10, 0) on conflict do nothing
"""
START = """
select tasks.enqueue_all(jsonb_agg(jsonb_build_object('kind', 'count_test_sets', 'countdown', 86400, 'limit_key', 'k' || n)))
from generate_series(%(first)s::int, %(last)s::int) n where n %% 100 = 1
"""
# Of the domain and of the engine's small tables: `n` rows each; a run and a set have a thousand tests, the others a hundred each.
ROWS = (
    "insert into tasks.task_limit (organization_id, key, max_running) select %(organization)s, 'k' || n, 5 from {n}",
    """insert into tasks.batch_operation (id, organization_id, user_id, operation, kind, created_before, finished_at)
       select tasks.uuid_v7(), %(organization)s, %(user)s, 'retry', 'execute_test', clock_timestamp(), clock_timestamp() from {n}""",
    "insert into test_set (organization_id, user_id, name) select %(organization)s, %(user)s, 'set ' || n from {n}",
    "insert into behavior (organization_id, user_id, name) select %(organization)s, %(user)s, 'behavior ' || n from {n}",
    "insert into metric (organization_id, user_id, name, class_name) select %(organization)s, %(user)s, 'metric ' || n, 'exact' from {n}",
    "insert into endpoint (organization_id, user_id, name, url) select %(organization)s, %(user)s, 'bot ' || n, 'http://127.0.0.1:9/' from {n}",
    """insert into model (organization_id, user_id, name, model_name, endpoint)
       select %(organization)s, %(user)s, 'model ' || n, 'm', 'http://127.0.0.1:9/' from {n}""",
    """insert into token (organization_id, user_id, name, token_hash, token_obfuscated)
       select %(organization)s, %(user)s, 'token ' || n, encode(sha256(n::text::bytea), 'hex'), 'rh-…' from {n}""",
    "insert into import (organization_id, user_id, name, format, expires_at) select %(organization)s, %(user)s, 'file ' || n, 'csv', clock_timestamp() + interval '1 day' from {n}",
    """insert into test_configuration (organization_id, user_id, endpoint_id, test_set_id)
       select organization_id, user_id, endpoint_id, test_set_id from test_configuration cross join {n} where id = %(test_configuration)s""",
    """insert into test_run (organization_id, user_id, test_configuration_id, task_id, status, total, completed_at)
       select %(organization)s, %(user)s, %(test_configuration)s, gen_random_uuid(), 'Completed', 0, clock_timestamp() from {n}""",
    """with asked as (insert into prompt (organization_id, content) select %(organization)s, 'prompt ' || n from {n} returning id),
       tests as (insert into test (organization_id, prompt_id) select %(organization)s, id from asked returning id),
       numbered as (select id, {first} + row_number() over () as n from tests),
       sets as (select id, row_number() over (order by id) as n from test_set where organization_id = %(organization)s),
       runs as (select id, row_number() over (order by id) as n from test_run where organization_id = %(organization)s),
       placed as (select t.id, t.n, case when t.n <= 1000 then %(test_set)s else s.id end as test_set_id,
           case when t.n <= 1000 then %(test_run)s else r.id end as test_run_id
         from numbered t join sets s on s.n = 2 + t.n / 100 join runs r on r.n = 2 + t.n / 100),
       members as (insert into test_test_set (organization_id, test_set_id, test_id, position)
         select %(organization)s, test_set_id, id, n + 1000000 from placed),
       ran as (insert into test_run_test (organization_id, test_run_id, test_id, position)
         select %(organization)s, test_run_id, id, n from placed)
       insert into test_result (organization_id, test_run_id, test_id, status) select %(organization)s, test_run_id, id, 'Pass' from placed""",
)
BATCH = 100_000


def fill(connection: psycopg.Connection, ids: dict, tasks: tuple[int, int], rows: tuple[int, int]) -> None:
    """Adds tasks and other rows of these numbers, from one behind the first to the second; then vacuum, as if they were there for long."""
    connection.execute(GROUP, ids)
    for first in range(tasks[0], tasks[1], BATCH):
        part = ids | {"first": first + 1, "last": min(first + BATCH, tasks[1])}
        with connection.transaction():
            connection.execute(TASKS, part)
            connection.execute("select set_config('app.organization_id', %s, true)", (ids["organization"],))
            connection.execute(START, part)
    connection.execute(COUNTED, ids)
    n = f"generate_series({rows[0] + 1}, {rows[1]}) n"
    for statement in ROWS:
        connection.execute(statement.format(n=n, first=rows[0]), ids)
    connection.execute("vacuum (analyze)")


def ids_of(connection: psycopg.Connection, seeded: dict) -> dict:
    """The ids that rows refer to; a run for the results is made."""
    run = """insert into test_run (organization_id, user_id, test_configuration_id, task_id, status, total, completed_at)
        values (%s, %s, %s, gen_random_uuid(), 'Completed', 0, clock_timestamp()) returning id"""
    of = (seeded["organization_id"], seeded["user_id"], seeded["test_configuration_id"])
    made = {name: connection.execute("select tasks.uuid_v7()").fetchone()[0] for name in ("parent", "group")}
    return made | {
        "organization": seeded["organization_id"],
        "user": seeded["user_id"],
        "test_set": seeded["test_set_id"],
        "test_configuration": seeded["test_configuration_id"],
        "test_run": connection.execute(run, of).fetchone()[0],
    }
