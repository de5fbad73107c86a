-- A tenant sees its own rows; the engine's verbs see all; nobody else sees any, the owner of the tables included.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['task', 'outbox', 'attempt_history', 'task_group', 'task_limit', 'schedule', 'idempotency'] loop
    execute format('alter table tasks.%I enable row level security', tenant_table);
    execute format('alter table tasks.%I force row level security', tenant_table);
    -- Keys are looked up by the engine only.
    if tenant_table <> 'idempotency' then
      execute format('create policy tenant on tasks.%I for select to tasks_tenant
        using (organization_id = tasks.bound_organization())', tenant_table);
      execute format('grant select on tasks.%I to tasks_tenant', tenant_table);
    end if;
    execute format('create policy engine on tasks.%I to tasks_engine using (true) with check (true)', tenant_table);
    execute format('grant select, insert, update, delete on tasks.%I to tasks_engine', tenant_table);
  end loop;
end
$$;

grant select, update on tasks.relay to tasks_engine;
