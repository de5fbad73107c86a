-- Makes an organization a large one: %(success)s tasks that succeeded, %(failed)s that failed of 500 causes, %(waiting)s that wait for
-- tomorrow, and a test set of %(tests)s tests with %(runs)s runs. Times lie within the last week, as retention has it.
set session_replication_role = replica;

create function pg_temp.id_at(at timestamptz) returns uuid language sql volatile as $$
  select encode(overlay(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6)
    placing '\x70'::bytea from 7 for 1), 'hex')::uuid
$$;
-- The n-th of so many times of the last week.
create function pg_temp.time_of(n bigint, many bigint) returns timestamptz language sql stable as $$
  select now() - interval '7 days' + n * (interval '165 hours' / many)
$$;

insert into tasks.task (id, kind, status, created_at, started_at, finished_at, attempt, version, organization_id, user_id, args, result)
select pg_temp.id_at(t), (array['count_test_sets', 'collect_results', 'execute_test'])[1 + n %% 3], 'SUCCESS', t, t + interval '1 s',
  t + interval '2 s', 1, 1, %(organization)s, %(user)s, jsonb_build_object('n', n, 'pad', repeat('x', 60)), to_jsonb(n)
from generate_series(1, %(success)s) n, lateral (select pg_temp.time_of(n, %(success)s) as t) x;

insert into tasks.task (id, kind, status, created_at, started_at, finished_at, failed_at, attempt, version, organization_id, user_id, args,
  error, fingerprint)
select pg_temp.id_at(t), (array['count_test_sets', 'execute_test'])[1 + n %% 2], 'FAILURE', t, t + interval '1 s', t + interval '2 s',
  t + interval '2 s', 4, 1, %(organization)s, %(user)s, jsonb_build_object('n', n, 'pad', repeat('x', 60)), error, tasks.fingerprint(error)
from generate_series(1, %(failed)s) n, lateral (select pg_temp.time_of(n, %(failed)s) as t) x,
  lateral (select jsonb_build_object('type', 'ValueError', 'message',
    'cause ' || chr(97 + n %% 500 / 26) || chr(97 + n %% 500 %% 26) || ' at ' || n) as error) y;

with waiting as (
  insert into tasks.task (id, kind, status, created_at, version, organization_id, user_id, args)
  select pg_temp.id_at(t), (array['count_test_sets', 'execute_test'])[1 + n %% 2], 'PENDING', t, 1, %(organization)s, %(user)s,
    jsonb_build_object('n', n, 'pad', repeat('x', 60))
  from generate_series(1, %(waiting)s) n, lateral (select now() - interval '2 hours' + n * (interval '1 hour' / %(waiting)s) as t) x
  returning id, kind, organization_id
)
insert into tasks.outbox (task_id, organization_id, not_before, visible_at, max_retries, version, kind)
select id, organization_id, now() + interval '1 day', now() + interval '1 day', 3, 1, kind from waiting;

-- What the relay has added up of them.
insert into tasks.dead_letter (organization_id, kind, fingerprint, count)
select organization_id, kind, fingerprint, count(*) from tasks.task where fingerprint is not null group by 1, 2, 3;
insert into tasks.ended_tasks (organization_id, kind, since, succeeded, failed, revoked)
select organization_id, kind, date_trunc(case when finished_at > now() - interval '25 hours' then 'minute' else 'hour' end, finished_at),
  count(*) filter (where status = 'SUCCESS'), count(*) filter (where status = 'FAILURE'), 0
from tasks.task where organization_id = %(organization)s and finished_at is not null group by 1, 2, 3;

create temp table made as
select n, pg_temp.id_at(now() - interval '8 days') as test_id, pg_temp.id_at(now() - interval '8 days') as prompt_id
from generate_series(1, %(tests)s) n;
insert into prompt (id, organization_id, content, expected_response)
select prompt_id, %(organization)s, 'What is ' || n || ' times ' || n || '? ' || repeat('Think. ', 20), (n * n)::text from made;
insert into test (id, organization_id, prompt_id) select test_id, %(organization)s, prompt_id from made;
insert into test_set (id, organization_id, name) values (%(test_set)s, %(organization)s, 'many');
insert into test_test_set (organization_id, test_set_id, test_id, position)
select %(organization)s, %(test_set)s, test_id, n from made;
insert into test_configuration (id, organization_id, endpoint_id, test_set_id)
select %(configuration)s, %(organization)s, id, %(test_set)s from endpoint where organization_id = %(organization)s limit 1;

create temp table ran as
select r, pg_temp.id_at(t) as id, pg_temp.id_at(t) as task_id, t
from generate_series(1, %(runs)s) r, lateral (select now() - interval '7 days' + r * interval '5 hours' as t) x;
insert into test_run (id, organization_id, user_id, test_configuration_id, task_id, status, total, started_at, created_at)
select id, %(organization)s, %(user)s, %(configuration)s, task_id, 'Progress', %(tests)s, t, t from ran;
insert into test_run_test (organization_id, test_run_id, test_id, position)
select %(organization)s, id, test_id, n from ran, made;
insert into test_result (id, organization_id, test_run_id, test_id, status, reason, test_output, test_metrics, created_at, updated_at)
select pg_temp.id_at(t), %(organization)s, ran.id, test_id, verdict,
  case verdict when 'Fail' then 'metric exact: the answer is not the expected text'
    when 'Error' then 'HTTP 50' || n %% 4 || ' after ' || n || ' ms' end,
  jsonb_build_object('output', 'The answer is ' || n * n || '. ' || repeat('Because so it is. ', 1 + (n + r * (n %% 7 = 0)::int) %% 30)),
  jsonb_build_object('execution_time', 3, 'metrics', jsonb_build_object(
    'exact', jsonb_build_object('name', 'exact', 'class_name', 'exact', 'score', (verdict = 'Pass')::int,
      'is_successful', verdict = 'Pass', 'reason', 'the answer is not the expected text', 'threshold', 1.0, 'duration_ms', 0),
    'polite', jsonb_build_object('name', 'polite', 'class_name', 'NumericJudge', 'model', 'judge', 'score', (n %% 10) / 10.0,
      'is_successful', true, 'reason', repeat('It is polite enough. ', 5), 'threshold', 0.0, 'duration_ms', 812))),
  t, t
from ran, made, lateral (
  select case when (n + r * (n %% 20 = 0)::int) %% 5 = 0 then 'Fail' when n %% 50 = 7 then 'Error' else 'Pass' end as verdict) x
-- The last one is not through.
where r < %(runs)s or n <= %(tests)s * 0.9;
set session_replication_role = origin;
