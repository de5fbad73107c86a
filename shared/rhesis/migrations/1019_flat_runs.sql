-- What a look at a large run asks for and would read of every result: its counts, what its metrics said, what its failures have in
-- common, and whether an answer is another one than before. Beside it, runs of a part of another run's tests.

-- What failed tests have in common: the metrics that were not met, each with what it said, ids and numbers left out. A model says it
-- in other words each time: of what it judged, the metric's name is the cause.
create function public.failure_fingerprint(status text, reason text, test_metrics jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
return case when status <> 'Pass' then left(md5(concat(status, ':', regexp_replace(
    coalesce((
        select string_agg(concat(name, ':', case when judged then '' else left(said, 1000) end), ';' order by name)
        from (
            select e.key as name, e.value ->> 'reason' as said, e.value ? 'model' and e.value ->> 'error' is null as judged,
                case status when 'Fail' then e.value ->> 'is_successful' = 'false' else e.value ->> 'error' is not null end as why
            from jsonb_each(case when jsonb_typeof(test_metrics -> 'metrics') = 'object' then test_metrics -> 'metrics' end) e
            where jsonb_typeof(e.value) = 'object'
        ) m
        where why
    ), left(reason, 1000)),
    '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]+', '#', 'g'))), 16) end;

alter table public.test_result
    -- Null for what passed.
    add column fingerprint text generated always as (public.failure_fingerprint(status, reason, test_metrics)) stored,
    add column output_digest uuid generated always as (md5(test_output::text)::uuid) stored;
create index test_result_failures_idx on public.test_result (test_run_id, fingerprint, test_id) include (organization_id)
    where fingerprint is not null;
-- Two runs are compared, and the verdicts of several, by the index alone.
alter table public.test_result
    drop constraint test_result_run_test_key,
    add constraint test_result_run_test_key unique (test_run_id, test_id) include (status, organization_id, output_digest);

alter table public.test_run
    -- Of a Completed or Partial run, whose results change no more; null for every other, and for those that ended before.
    add column passed integer,
    add column failed integer,
    add column errors integer,
    add column metric_summaries jsonb,
    -- Which of its tests changed their verdicts to and fro over the last runs; those that did so most often come first.
    add column flaky_tests uuid[],
    -- The run of which tests are executed once more.
    add column repeat_of uuid,
    -- Of a repeat or a rescore: only the tests that came to this.
    add column only_status text,
    add column only_fingerprint text,
    add constraint test_run_repeat_of_fkey foreign key (organization_id, repeat_of)
        references public.test_run (organization_id, id) on delete set null (repeat_of),
    add constraint test_run_repeats_another check (repeat_of <> id),
    add constraint test_run_summed_up_whole check (num_nulls(passed, failed, errors, metric_summaries) in (0, 4)),
    add constraint test_run_only_status_known check (only_status in ('Pass', 'Fail', 'Error')),
    add constraint test_run_only_fingerprint_short check (char_length(only_fingerprint) <= 16);
create index test_run_repeat_of_idx on public.test_run (organization_id, repeat_of) where repeat_of is not null;
