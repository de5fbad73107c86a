-- For those who look: lists by organization and age (ids are uuid v7: they sort by time), dead letters, and retention.
create index task_by_organization on tasks.task (organization_id, id);
create index task_failed on tasks.task (organization_id, kind, id) where status = 'FAILURE';
create index task_by_finished_at on tasks.task (kind, finished_at) where finished_at is not null;
create index task_by_parent on tasks.task (parent_id) where parent_id is not null;

drop view tasks.task_state;
create view tasks.task_state with (security_invoker = true) as
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
  o.expires_at,
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
  t.fingerprint
from tasks.task t
left join tasks.outbox o on o.task_id = t.id;

grant select on tasks.task_state to tasks_tenant;
