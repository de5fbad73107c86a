-- What a single task may override or carry, beside what its kind says.

-- Remembered for a retry of the ended task and shown to its users; not touched while it runs.
alter table tasks.task
  add column group_id uuid,
  add column position integer,
  -- {max_retries, backoff_factor, backoff_cap, time_limit, priority, limit_key}: what was overridden.
  add column options jsonb,
  -- Names and values that travel with the task: W3C trace context and the caller's own.
  add column headers jsonb,
  -- Where a long task continues, as its handler saved it.
  add column cursor jsonb,
  add column schedule_id uuid,
  -- Groups errors that differ in ids and numbers only.
  add column fingerprint text;

-- The engine needs these at every retry and every claim: null means what the kind says.
alter table tasks.outbox
  add column backoff_factor interval,
  add column backoff_cap interval,
  add column priority smallint not null default 0,
  add column limit_key text,
  -- Refused for its limit, and waiting until somebody of the same key ends.
  add column limited boolean not null default false,
  add column snoozes smallint not null default 0;

-- The sweep takes due rows fairly between organizations: it asks for the due rows of each.
create index outbox_by_organization on tasks.outbox (organization_id, visible_at);
drop index tasks.outbox_by_visible_at;
create index outbox_by_limit on tasks.outbox (organization_id, limit_key) where limit_key is not null;

alter table tasks.kind add column retention interval not null default interval '30 days';

alter type tasks.new_task
  add attribute eta timestamptz,
  add attribute expires_in double precision,
  add attribute expires_at timestamptz,
  add attribute backoff_factor double precision,
  add attribute backoff_cap double precision,
  add attribute time_limit double precision,
  add attribute priority smallint,
  add attribute limit_key text,
  add attribute headers jsonb,
  add attribute idempotency_key text,
  add attribute schedule_id uuid;

alter type tasks.decision add attribute limit_key text;

-- What Postgres says to one message of a batch; wait in seconds.
create type tasks.judged as (task_id uuid, attempt integer, outcome text, wait double precision);
