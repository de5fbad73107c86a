-- What the verbs hand to each other.

-- A task to be inserted; held: it waits at infinity for its group. Times in seconds.
create type tasks.new_task as (
  id uuid, kind text, args jsonb, parent_id uuid, countdown double precision, max_retries integer,
  group_id uuid, position integer, held boolean, eta timestamptz, expires_in double precision, expires_at timestamptz,
  backoff_factor double precision, backoff_cap double precision, time_limit double precision, priority smallint,
  limit_key text, headers jsonb, idempotency_key text, schedule_id uuid
);

-- What Postgres says to one message of a batch; wait in seconds.
create type tasks.judged as (task_id uuid, attempt integer, outcome text, wait double precision);

-- How an attempt ended, as its function or the relay says.
create type tasks.ending as (
  task_id uuid, attempt integer, outcome text, result jsonb, error jsonb, delay double precision
);

-- What follows from an ending, once the row is locked: status is the final one, or null if there is a next attempt.
create type tasks.decision as (
  task_id uuid, attempt integer, outcome text, result jsonb, error jsonb, wait interval, cost integer, status text,
  organization_id uuid, group_id uuid, position integer, held_slot boolean, claimed_at timestamptz, claimed_by text,
  limit_key text
);
