-- Starts tasks: a task row and its outbox row, in the caller's transaction.

create or replace function tasks.insert_tasks(
  p_organization uuid, p_user uuid, p_new tasks.new_task[], p_kicked boolean
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_unknown text;
  v_wakes jsonb;
begin
  select n.kind into v_unknown from unnest(p_new) n
  where not exists (select from tasks.kind k where k.kind = n.kind) limit 1;
  if found then
    raise exception 'kind: there is no task of the kind %', coalesce(quote_literal(v_unknown), 'null')
      using errcode = 'invalid_parameter_value', column = 'kind';
  end if;

  with incoming as materialized (
    select n.*, k.version, coalesce(n.max_retries, k.max_retries) as budget,
      case when n.held then 'infinity' else v_now + make_interval(secs => coalesce(n.countdown, 0)) end as run_at
    from unnest(p_new) n
    join tasks.kind k on k.kind = n.kind
  ), written as (
    insert into tasks.task (id, kind, version, organization_id, user_id, parent_id, args, created_at)
    select id, kind, version, p_organization, p_user, parent_id, coalesce(args, '{}'), v_now from incoming
  ), promised as (
    insert into tasks.outbox (task_id, organization_id, kind, version, max_retries, group_id, position,
      not_before, visible_at, dispatches)
    select id, p_organization, kind, version, budget, group_id, position, run_at,
      case when kicked then run_at + tasks.patience(0) else run_at end, kicked::integer
    from (select i.*, p_kicked and run_at <= v_now + tasks.longest_delay() as kicked from incoming i) i
    returning *
  )
  select coalesce(jsonb_agg(tasks.wake(p, v_now)), '[]') into v_wakes
  from promised p where p.dispatches = 1;
  return v_wakes;
end
$$;

-- Starts the tasks of the bound organization. p_tasks: [{id?, kind, args?, countdown?, max_retries?, parent_id?}].
-- With p_kicked the caller promises to send the wake-up calls of the answer after its commit; without, the relay will.
create or replace function tasks.enqueue_all(p_tasks jsonb, p_kicked boolean default false) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tasks.bound_organization() is null then
    raise exception 'app.organization_id is not set: a task is started for an organization'
      using errcode = 'insufficient_privilege';
  end if;
  return tasks.insert_tasks(
    tasks.bound_organization(), tasks.bound_user(),
    (select array_agg(row(coalesce(n.id, tasks.uuid_v7()), n.kind, n.args, n.parent_id, n.countdown, n.max_retries,
        null, null, false)::tasks.new_task)
      from jsonb_populate_recordset(null::tasks.new_task, p_tasks) n),
    p_kicked);
end
$$;

-- Starts one task from any language, in the caller's transaction, and answers its id; the relay finds it when due.
create or replace function tasks.enqueue(
  kind text, args jsonb default '{}', countdown double precision default 0, max_retries integer default null
) returns uuid
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid := tasks.uuid_v7();
begin
  perform tasks.enqueue_all(jsonb_build_array(jsonb_build_object(
    'id', v_id, 'kind', kind, 'args', args, 'countdown', countdown, 'max_retries', max_retries)));
  return v_id;
end
$$;
