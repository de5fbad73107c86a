-- Keys that make a repeated request answer the same task. A table of its own, so that a key is unique whatever becomes of
-- tasks; a key lives as long as its task.
create table tasks.idempotency (
  organization_id uuid,
  kind text not null,
  key text not null,
  -- Deferred: keys are taken before their tasks are written, so that a loser writes nothing.
  task_id uuid not null references tasks.task on delete cascade deferrable initially deferred,
  -- Of the request: the same key with another request is an error of the caller.
  request_hash text not null,

  constraint one_task_per_key unique nulls not distinct (organization_id, kind, key),
  constraint key_is_short check (length(key) between 1 and 255)
);

create index idempotency_by_task on tasks.idempotency (task_id);
