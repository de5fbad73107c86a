-- A tenant sees its own rows; the engine's verbs see all; nobody else sees any, the owner of the tables included.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['task', 'outbox', 'attempt_history', 'task_group'] loop
    execute format('alter table tasks.%I enable row level security', tenant_table);
    execute format('alter table tasks.%I force row level security', tenant_table);
    execute format('create policy tenant on tasks.%I for select to tasks_tenant
      using (organization_id = tasks.bound_organization())', tenant_table);
    execute format('create policy engine on tasks.%I to tasks_engine using (true) with check (true)', tenant_table);
    execute format('grant select on tasks.%I to tasks_tenant', tenant_table);
    execute format('grant select, insert, update, delete on tasks.%I to tasks_engine', tenant_table);
  end loop;
end
$$;

grant select, update on tasks.relay to tasks_engine;

-- How a task stands, from both of its rows at one moment. Every reader uses this, in one statement: two would tear.
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
  o.claimed_at,
  t.finished_at,
  o.group_id,
  o.awaits
from tasks.task t
left join tasks.outbox o on o.task_id = t.id;

grant select on tasks.task_state to tasks_tenant;
