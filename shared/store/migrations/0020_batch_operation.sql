-- What somebody does to all tasks that a filter matches: in portions of a commit each, by the request that began it and then by the
-- relay, at a rate, until it is through or stopped. The row says who, what, how many, and how far.
create table tasks.batch_operation (
  id uuid primary key,
  organization_id uuid not null,
  -- Who began it.
  user_id uuid,
  operation text not null check (operation in ('revoke', 'retry')),

  -- The filter: what is null does not matter.
  kind text,
  status text,
  fingerprint text,
  parent_id uuid,
  group_id uuid,
  created_after timestamptz,
  -- At most when it was begun: what comes later is not its.
  created_before timestamptz not null,

  -- Tasks a second.
  rate double precision,
  -- How many there were when it was begun.
  matched integer not null default 0,
  done integer not null default 0,
  -- Those that somebody else was faster with, or whose group does not allow it.
  skipped integer not null default 0,
  -- It is through up to this id.
  behind uuid,
  next_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  stopped_by uuid,
  stopped_at timestamptz,
  finished_at timestamptz
);
create index batch_operation_by_organization on tasks.batch_operation (organization_id, id);
create index batch_operation_by_next_at on tasks.batch_operation (next_at) where finished_at is null;

alter table tasks.batch_operation enable row level security;
alter table tasks.batch_operation force row level security;
create policy tenant on tasks.batch_operation for select to tasks_tenant using (organization_id = tasks.bound_organization());
grant select on tasks.batch_operation to tasks_tenant;
create policy engine on tasks.batch_operation to tasks_engine using (true) with check (true);
grant select, insert, update, delete on tasks.batch_operation to tasks_engine;
