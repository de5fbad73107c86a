-- A run ends with its task, in the same commit, whoever ends the task: a user, its time limit, the relay that found it
-- lost. So no run is left in Progress that nothing works for. A run that has ended before (`collect_results` ends it in the
-- commit of its own end, a cancel before the task's) keeps its status. And a failed task that is begun anew takes its
-- failed run with it, back into the queue; a cancelled run stays cancelled.

create function public.end_run_with_its_task() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status = 'PENDING' then
    update public.test_run
    set status = 'Queued', error = null, completed_at = null, updated_at = clock_timestamp()
    where task_id = new.id and organization_id = new.organization_id and status = 'Failed';
  else
    update public.test_run
    set status = case new.status when 'REVOKED' then 'Cancelled' else 'Failed' end,
      error = case new.status when 'REVOKED' then null else coalesce(new.error ->> 'message', 'the task ended without a reason') end,
      completed_at = clock_timestamp(), updated_at = clock_timestamp()
    where task_id = new.id and organization_id = new.organization_id and status in ('Queued', 'Progress');
  end if;
  return null;
end
$$;

revoke execute on function public.end_run_with_its_task() from public;
grant create on schema public to tasks_engine;
alter function public.end_run_with_its_task() owner to tasks_engine;
revoke create on schema public from tasks_engine;

create policy end_with_task on public.test_run to tasks_engine using (true) with check (true);
grant select (task_id, organization_id, status) on public.test_run to tasks_engine;
grant update (status, error, completed_at, updated_at) on public.test_run to tasks_engine;

create trigger end_run_with_its_task
after update of status on tasks.task
for each row
when (new.kind = 'execute_test_configuration' and new.status <> 'SUCCESS' and new.status <> old.status)
execute function public.end_run_with_its_task();
