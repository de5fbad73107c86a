-- What lists of runs, results, configurations and test sets need beside 1003 and 1005.

alter table public.test_run
    add column name text,
    add constraint test_run_name_given check (btrim(name) <> '');

-- A page of a run's tests, or of a set's, costs the same wherever it begins.
create unique index test_run_test_position_key on public.test_run_test (test_run_id, position);
create index test_test_set_position_idx on public.test_test_set (test_set_id, position, test_id);

-- One index of results instead of two. It finds the result of a test and counts the verdicts of a run without looking at a
-- row. Beside it, an index of runs only was what Postgres took for a join by run and test while it had no statistics of a
-- new run: 150 s for 15,000 rows.
drop index public.test_result_run_idx;
alter table public.test_result
    drop constraint test_result_run_test_key,
    add constraint test_result_run_test_key unique (test_run_id, test_id) include (status, organization_id);

-- Ids of configurations that were made by a request with an idempotency key say nothing of their time.
create index test_configuration_newest_idx on public.test_configuration (organization_id, created_at desc, id desc);

-- A test set of visibility `user` is its user's: for everybody else in the organization it does not exist.
create policy owner on public.test_set as restrictive to tasks_tenant
    using (visibility <> 'user' or user_id = tasks.bound_user());

grant delete on public.test_run to tasks_tenant;
