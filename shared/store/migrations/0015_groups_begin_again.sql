-- When a task that its group or its members hold back may begin at the earliest, if later than when it is let go: a retry
-- with a countdown, a redrive with a rate.
alter table tasks.outbox add column begin_at timestamptz;

-- It takes another argument now.
drop function if exists tasks.release(uuid);

-- What began of a key within the length of its rate, oldest first: since, until, how many. A bucket of tokens, which this
-- replaces, lets twice as many begin within one length: those that it had saved, and those that it gains meanwhile.
alter table tasks.task_limit
  drop column allowance,
  drop column used_at,
  add column begun_since timestamptz[] not null default '{}',
  add column begun_until timestamptz[] not null default '{}',
  add column begun integer[] not null default '{}';

-- The sweep takes what is due of each organization, the urgent first.
drop index tasks.outbox_by_organization;
create index outbox_by_organization on tasks.outbox (organization_id, priority, visible_at);
