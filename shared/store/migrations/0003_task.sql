-- What was asked for and what came of it. Wide and quiet: written when a task is started and when it ends, never between.
create table tasks.task (
  id uuid primary key,
  kind text not null,
  status text not null default 'PENDING',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  attempt integer,
  version integer not null,
  position integer,
  organization_id uuid,
  user_id uuid,
  parent_id uuid,
  group_id uuid,
  schedule_id uuid,
  args jsonb not null,
  -- {max_retries, backoff_factor, backoff_cap, time_limit, priority, limit_key}: what this task overrides of its kind.
  options jsonb,
  -- Names and values that travel with the task: W3C trace context and the caller's own.
  headers jsonb,
  -- Where a long task continues, as its handler saved it.
  cursor jsonb,
  result jsonb,
  error jsonb,
  -- The same for errors that differ in ids and numbers only.
  fingerprint text,

  constraint status_is_known check (status in ('PENDING', 'SUCCESS', 'FAILURE', 'REVOKED')),
  constraint finished_if_final check ((status = 'PENDING') = (finished_at is null)),
  constraint attempt_if_final check ((status = 'PENDING') = (attempt is null)),
  constraint args_are_an_object check (jsonb_typeof(args) = 'object')
);

-- Lists by organization and age: ids are uuid v7, which sort by time.
create index task_by_organization on tasks.task (organization_id, id);
create index task_by_parent on tasks.task (parent_id) where parent_id is not null;
-- Retention.
create index task_by_finished_at on tasks.task (kind, finished_at) where finished_at is not null;
-- What went wrong: the list by age, and failures by kind and error, counted, dated and chosen without the wide row.
create index task_unsuccessful on tasks.task (organization_id, id) where status in ('FAILURE', 'REVOKED');
create index task_dead on tasks.task (organization_id, kind, fingerprint, finished_at) where status = 'FAILURE';

comment on column tasks.task.attempt is 'The last attempt; what an ended task is begun anew with is this plus one.';
