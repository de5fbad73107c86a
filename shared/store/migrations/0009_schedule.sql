-- Tasks that begin by the clock. next_at is the tick that a schedule waits for, and its fence: whoever starts the tasks of a
-- tick moves next_at on in the same commit, from the value it saw.
create table tasks.schedule (
  id uuid primary key default tasks.uuid_v7(),
  -- Null: a system schedule, whose tasks belong to nobody and see nobody's rows.
  organization_id uuid,
  -- On whose behalf: its tasks carry it.
  user_id uuid,
  name text not null,
  kind text not null,
  args jsonb not null default '{}',
  -- What its tasks override of their kind, in the words of tasks.enqueue_all.
  options jsonb not null default '{}',
  cron text,
  time_zone text,
  every interval,
  catch_up text not null default 'skip',
  paused_at timestamptz,
  -- Why the engine paused it; null if its owner did.
  problem text,
  next_at timestamptz not null,
  last_at timestamptz,
  declared_in_code boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),

  constraint one_schedule_per_name unique nulls not distinct (organization_id, name),
  constraint name_is_short check (length(name) between 1 and 100),
  constraint args_are_an_object check (jsonb_typeof(args) = 'object'),
  constraint options_are_an_object check (jsonb_typeof(options) = 'object'),
  constraint cron_or_every check (num_nonnulls(cron, every) = 1 and (cron is null) = (time_zone is null)),
  constraint every_is_positive check (every > interval '0'),
  constraint catch_up_is_known check (catch_up in ('skip', 'one', 'all')),
  constraint problem_if_paused check (problem is null or paused_at is not null),
  constraint code_declares_for_the_system check (not declared_in_code or organization_id is null)
);

create index schedule_by_next_at on tasks.schedule (next_at) where paused_at is null;

comment on column tasks.schedule.last_at is 'The last tick that a task was started for.';
