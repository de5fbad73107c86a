-- What the verbs hand to each other.

-- A task to be inserted; held: it waits at infinity for its group.
create type tasks.new_task as (
  id uuid, kind text, args jsonb, parent_id uuid, countdown double precision, max_retries integer,
  group_id uuid, position integer, held boolean
);

-- How an attempt ended, as its function or the relay says.
create type tasks.ending as (
  task_id uuid, attempt integer, outcome text, result jsonb, error jsonb, delay double precision
);

-- What follows from an ending, once the row is locked: status is the final one, or null if there is a next attempt.
create type tasks.decision as (
  task_id uuid, attempt integer, outcome text, result jsonb, error jsonb, wait interval, cost integer, status text,
  organization_id uuid, group_id uuid, position integer, held_slot boolean, claimed_at timestamptz, claimed_by text
);
