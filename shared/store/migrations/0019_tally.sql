-- How many tasks ended and how, by the minute, and how many failed tasks there are of each error: for charts and counts that cost the
-- same at any size. Whoever ends tasks leaves a line here in the same commit; no index, so a line is some 100 bytes of WAL for all
-- that ended in one statement. The relay adds them up.
create table tasks.tally (
  organization_id uuid not null,
  ended_at timestamptz not null default clock_timestamp(),
  succeeded integer not null default 0,
  failed integer not null default 0,
  revoked integer not null default 0,
  -- How many failed tasks with this error are more than before, or fewer.
  dead integer not null default 0,
  kind text not null,
  fingerprint text
);

-- What the relay has added up: a row a minute for a day and an hour, then a row an hour for a week and a day.
create table tasks.ended_tasks (
  organization_id uuid not null,
  kind text not null,
  since timestamptz not null,
  succeeded integer not null,
  failed integer not null,
  revoked integer not null,
  primary key (organization_id, kind, since)
) with (fillfactor = 70);
create index ended_tasks_by_since on tasks.ended_tasks (since);

-- How many failed tasks there are of each error.
create table tasks.dead_letter (
  organization_id uuid not null,
  kind text not null,
  fingerprint text not null,
  count integer not null,
  -- When the rows themselves were counted last.
  counted_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, kind, fingerprint)
) with (fillfactor = 70);
create index dead_letter_by_counted_at on tasks.dead_letter (counted_at);

insert into tasks.dead_letter (organization_id, kind, fingerprint, count)
select organization_id, kind, fingerprint, count(*) from tasks.task where fingerprint is not null group by 1, 2, 3;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['tally', 'ended_tasks', 'dead_letter'] loop
    execute format('alter table tasks.%I enable row level security', tenant_table);
    execute format('alter table tasks.%I force row level security', tenant_table);
    execute format('create policy tenant on tasks.%I for select to tasks_tenant
      using (organization_id = tasks.bound_organization())', tenant_table);
    execute format('grant select on tasks.%I to tasks_tenant', tenant_table);
    execute format('create policy engine on tasks.%I to tasks_engine using (true) with check (true)', tenant_table);
    execute format('grant select, insert, update, delete on tasks.%I to tasks_engine', tenant_table);
  end loop;
end
$$;
