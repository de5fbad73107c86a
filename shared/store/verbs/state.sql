-- How a task stands, from both of its rows at one moment. Every reader uses this, in one statement: two would tear.
-- Columns may be added at the end; for anything else a migration drops it first.
create or replace view tasks.task_state with (security_invoker = true) as
select
  t.id as task_id,
  t.organization_id,
  t.kind,
  case
    when t.status <> 'PENDING' then t.status
    when o.claimed_at is not null or o.awaits is not null then 'STARTED'
    when o.retries > 0 then 'RETRY'
    else 'PENDING'
  end as status,
  t.args,
  t.result,
  t.error,
  coalesce(t.attempt, o.attempt) as attempt,
  o.retries,
  o.max_retries,
  t.parent_id,
  t.user_id,
  t.created_at,
  o.not_before,
  -- What no reader's clock could show, stored by an earlier release, is as good as never.
  case when o.expires_at between '0001-01-02Z' and '9999-12-30Z' then o.expires_at end as expires_at,
  o.visible_at,
  o.dispatches,
  o.claimed_at,
  o.claimed_by,
  t.finished_at,
  t.group_id,
  t.position,
  o.awaits,
  o.limit_key,
  o.limited,
  t.version,
  t.options,
  t.headers,
  t.schedule_id,
  t.fingerprint,
  -- Of the attempt that runs, or was the last.
  coalesce(o.claimed_at, t.started_at) as started_at
from tasks.task t
left join tasks.outbox o on o.task_id = t.id;

grant select on tasks.task_state to tasks_tenant;
