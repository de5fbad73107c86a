-- Starts tasks: a task row and its outbox row, in the caller's transaction.

-- Takes each key for its new task; answers, in the order of the list, the task that has it: the new one, or an older one
-- of the same request.
create or replace function tasks.take_keys(p_organization uuid, p_new tasks.new_task[]) returns uuid[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[];
  v_other bigint;
begin
  -- Sorted, so that two lists with the same keys wait for each other and never both.
  insert into tasks.idempotency (organization_id, kind, key, task_id, request_hash)
  select p_organization, n.kind, n.idempotency_key, n.id, tasks.request_hash(n)
  from unnest(p_new) n
  where n.idempotency_key is not null
  order by n.kind, n.idempotency_key
  on conflict do nothing;

  -- A statement of its own: only now is a rival's row seen that the insert waited for.
  select array_agg(coalesce(i.task_id, n.id) order by n.ordinality),
    min(n.ordinality) filter (where i.request_hash <> tasks.request_hash((n.id, n.kind, n.args, n.parent_id,
      n.countdown, n.max_retries, n.group_id, n.position, n.held, n.eta, n.expires_in, n.expires_at, n.backoff_factor,
      n.backoff_cap, n.time_limit, n.priority, n.limit_key, n.headers, n.idempotency_key, n.schedule_id)::tasks.new_task))
  into v_ids, v_other
  from unnest(p_new) with ordinality n
  left join tasks.idempotency i
    on i.key = n.idempotency_key and i.kind = n.kind
      -- Not "is not distinct from", which no index serves.
      and (i.organization_id = p_organization or i.organization_id is null and p_organization is null);
  if v_other is not null then
    raise exception 'idempotency_key: was used for another request'
      using errcode = 'invalid_parameter_value', column = 'idempotency_key', detail = (v_other - 1)::text;
  end if;
  return v_ids;
end
$$;

-- What makes two requests the same: everything but the id and the trace they came with.
create or replace function tasks.request_hash(n tasks.new_task) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp
return encode(sha256(convert_to((to_jsonb(n) - '{id,held}'::text[] || jsonb_build_object(
  'headers', nullif(n.headers - '{traceparent,tracestate}'::text[], '{}')))::text, 'UTF8')), 'hex');

-- Inserts tasks; answers {ids, wakes}. The caller has checked them.
create or replace function tasks.insert_tasks(
  p_organization uuid, p_user uuid, p_new tasks.new_task[], p_kicked boolean
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_ids uuid[];
  v_keyed boolean := exists (select from unnest(p_new) where idempotency_key is not null);
  v_wakes jsonb;
begin
  if v_keyed then
    v_ids := tasks.take_keys(p_organization, p_new);
  else
    v_ids := array(select id from unnest(p_new));
  end if;

  with incoming as materialized (
    select n.*, k.version, coalesce(n.max_retries, k.max_retries) as budget,
      case when n.held then 'infinity'
        else coalesce(n.eta, v_now + make_interval(secs => coalesce(n.countdown, 0))) end as run_at,
      coalesce(n.expires_at, v_now + make_interval(secs => n.expires_in)) as expiry,
      case when num_nonnulls(n.max_retries, n.backoff_factor, n.backoff_cap, n.time_limit, n.priority, n.limit_key) > 0
        then jsonb_strip_nulls(jsonb_build_object('max_retries', n.max_retries, 'backoff_factor', n.backoff_factor,
          'backoff_cap', n.backoff_cap, 'time_limit', n.time_limit, 'priority', n.priority, 'limit_key', n.limit_key))
      end as options
    from unnest(p_new) n
    join tasks.kind k on k.kind = n.kind
    where not v_keyed or n.id = any (v_ids)
  ), written as (
    insert into tasks.task (id, kind, version, organization_id, user_id, parent_id, args, created_at, group_id, position,
      options, headers, schedule_id)
    select id, kind, version, p_organization, p_user, parent_id, coalesce(args, '{}'), v_now, group_id, position,
      options, headers, schedule_id
    from incoming
  ), promised as (
    insert into tasks.outbox (task_id, organization_id, kind, version, max_retries, group_id, position,
      not_before, visible_at, dispatches, expires_at, backoff_factor, backoff_cap, priority, limit_key)
    select id, p_organization, kind, version, budget, group_id, position, run_at,
      least(expiry, case when kicked then run_at + tasks.patience(0) else run_at end), kicked::integer, expiry,
      make_interval(secs => backoff_factor), make_interval(secs => backoff_cap), coalesce(priority, 0), limit_key
    from (select i.*, p_kicked and run_at <= v_now + tasks.longest_delay() as kicked from incoming i) i
    returning *
  )
  select jsonb_agg(tasks.wake(p, v_now)) into v_wakes from promised p where p.dispatches = 1;
  return jsonb_build_object('ids', to_jsonb(v_ids), 'wakes', coalesce(v_wakes, '[]'));
end
$$;

-- Starts the tasks of the bound organization. p_tasks: a list of {kind} with, as wanted, id, args, countdown or eta,
-- expires_in or expires_at, max_retries, backoff_factor, backoff_cap, time_limit, priority, limit_key, headers,
-- idempotency_key, parent_id; times in seconds. All of them or none. Answers {ids, wakes}.
-- With p_kicked the caller promises to send the wake-up calls of the answer after its commit; without, the relay will.
create or replace function tasks.enqueue_all(p_tasks jsonb, p_kicked boolean default false) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_new tasks.new_task[];
begin
  if tasks.bound_organization() is null then
    raise exception 'app.organization_id is not set: a task is started for an organization'
      using errcode = 'insufficient_privilege';
  end if;
  v_new := tasks.read_new(p_tasks);
  perform tasks.refuse_bad(v_new, clock_timestamp());
  return tasks.insert_tasks(tasks.bound_organization(), tasks.bound_user(), v_new, p_kicked);
end
$$;

-- A list of new tasks as its owner may write it: what only the engine sets is left out.
create or replace function tasks.read_new(p_tasks jsonb) returns tasks.new_task[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(coalesce(n.id, tasks.uuid_v7()), n.kind, n.args, n.parent_id, n.countdown, n.max_retries, null, null, false,
      n.eta, n.expires_in, n.expires_at, n.backoff_factor, n.backoff_cap, n.time_limit, n.priority, n.limit_key, n.headers,
      n.idempotency_key, null)::tasks.new_task
    from jsonb_populate_recordset(null::tasks.new_task, p_tasks) n);
end
$$;

-- Starts one task from any language, in the caller's transaction, and answers its id; the relay finds it when due.
-- options: those of enqueue_all. With an idempotency key that was used before, the id is the older task's.
create or replace function tasks.enqueue(kind text, args jsonb default '{}', options jsonb default '{}') returns uuid
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  v_answer jsonb;
begin
  v_answer := tasks.enqueue_all(jsonb_build_array(options || jsonb_build_object('kind', kind, 'args', args)));
  return (v_answer -> 'ids' ->> 0)::uuid;
end
$$;
