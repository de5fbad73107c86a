-- What was asked for and what came of it. Wide and quiet: written when a task is started and when it ends, never between.
create table tasks.task (
  id uuid primary key,
  kind text not null,
  status text not null default 'PENDING',
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  attempt integer,
  version integer not null,
  organization_id uuid,
  user_id uuid,
  parent_id uuid,
  args jsonb not null,
  result jsonb,
  error jsonb,

  constraint status_is_known check (status in ('PENDING', 'SUCCESS', 'FAILURE', 'REVOKED')),
  constraint finished_if_final check ((status = 'PENDING') = (finished_at is null)),
  constraint attempt_if_final check ((status = 'PENDING') = (attempt is null)),
  constraint args_are_an_object check (jsonb_typeof(args) = 'object')
);

comment on column tasks.task.attempt is 'The last attempt; what an ended task is retried with is this plus one.';
