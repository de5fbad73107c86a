-- Begins ended tasks of the bound organization anew, as retry_ended does one, in the order of the list: one every p_gap
-- seconds. Those that are not failed or revoked (any more), or whose group is being cancelled, are left alone. Answers
-- {ids, wakes}.
create or replace function tasks.redrive(p_tasks uuid[], p_gap double precision) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_task uuid;
  v_retried jsonb;
  v_ids uuid[] := '{}';
  v_wakes jsonb[] := '{}';
begin
  -- All groups before all tasks, each by id: two redrives, or a redrive and an end, wait for each other and never both.
  perform from tasks.task_group
  where id in (select group_id from tasks.task
    where id = any (p_tasks) and organization_id = tasks.bound_organization())
  order by id
  for no key update;
  perform from tasks.task
  where id = any (p_tasks) and organization_id = tasks.bound_organization() and status in ('FAILURE', 'REVOKED')
  order by id
  for no key update;
  foreach v_task in array p_tasks loop
    v_retried := tasks.retry_ended(v_task, cardinality(v_ids) * p_gap);
    if v_retried ? 'wakes' then
      v_ids := v_ids || v_task;
      v_wakes := v_wakes || array(select w from jsonb_array_elements(v_retried -> 'wakes') w);
    end if;
  end loop;
  return jsonb_build_object('ids', to_jsonb(v_ids), 'wakes', to_jsonb(v_wakes));
end
$$;
