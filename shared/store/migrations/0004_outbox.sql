-- One row per unfinished task: the open promise that it will be run. Narrow, because everything that moves is here.
-- A task is unfinished if and only if it has a row; the row is deleted in the commit that ends the task.
create table tasks.outbox (
  task_id uuid primary key references tasks.task on delete restrict,
  organization_id uuid,
  group_id uuid,
  awaits uuid,
  claim_token uuid,
  -- When the attempt may start; infinity while a group holds the task back.
  not_before timestamptz not null,
  -- When the relay acts on the row: sends it (again), or, if it is claimed, declares the attempt lost.
  visible_at timestamptz not null,
  claimed_at timestamptz,
  expires_at timestamptz,
  -- The attempt that a message may start, or that runs. Never goes back.
  attempt integer not null default 1,
  retries integer not null default 0,
  max_retries integer not null,
  version integer not null,
  position integer,
  dispatches smallint not null default 0,
  snoozes smallint not null default 0,
  priority smallint not null default 0,
  began boolean not null default false,
  -- Refused for its limit, and waiting until somebody of the same key ends.
  limited boolean not null default false,
  kind text not null,
  claimed_by text,
  limit_key text,
  -- Null: what the kind says.
  backoff_factor interval,
  backoff_cap interval,

  constraint attempts_count_from_one check (attempt >= 1),
  constraint retries_stay_in_budget check (retries between 0 and max_retries),
  constraint claimed_with_token check ((claimed_at is null) = (claim_token is null)),
  constraint waits_unclaimed check (awaits is null or claimed_at is null)
)
-- Every change of visible_at leaves a dead row and dead index entries: clean up by count, not by share.
with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

-- The sweep takes due rows fairly between organizations: it asks for the due rows of each.
create index outbox_by_organization on tasks.outbox (organization_id, visible_at);
create unique index outbox_by_group on tasks.outbox (group_id, position) where group_id is not null;
create index outbox_by_limit on tasks.outbox (organization_id, limit_key) where limit_key is not null;

comment on column tasks.outbox.position is 'Place in its group; null with a group_id: the group''s callback.';
comment on column tasks.outbox.awaits is 'The group that this task was handed over to; it runs nowhere until that group ends it.';
comment on column tasks.outbox.claimed_by is 'Function request id and log stream of the invocation that holds the claim.';
