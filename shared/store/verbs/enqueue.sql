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
  select min(ordinality) into v_other from unnest(p_new) with ordinality where length(idempotency_key) not between 1 and 255;
  if v_other is not null then
    perform tasks.refuse('idempotency_key', 'must have 1 to 255 characters', v_other - 1);
  end if;
  -- A task's id is everybody's name for it: one that is another request's task is no id for a new one, nor one of another kind in this list.
  select min(n.ordinality) into v_other
  from (
    select id, kind, idempotency_key, ordinality, first_value(kind) over (partition by id order by ordinality) as first_kind
    from unnest(p_new) with ordinality where idempotency_key = 'task_id:' || id) n
  left join tasks.task t on t.id = n.id
  where n.kind <> n.first_kind or t.id is not null and not exists (
    select from tasks.idempotency i
    where i.task_id = n.id and i.kind = n.kind and i.key = n.idempotency_key and i.organization_id = p_organization);
  if v_other is not null then
    perform tasks.refuse('task_id', 'is in use', v_other - 1);
  end if;
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
      n.backoff_cap, n.time_limit, n.priority, n.limit_key, n.headers, n.idempotency_key, n.schedule_id)::tasks.new_task)
      -- What is private to somebody else cannot be this request's.
      or tasks.hides_task(t.user_id, t.subject_id, t.group_id))
  into v_ids, v_other
  from unnest(p_new) with ordinality n
  left join tasks.idempotency i
    on i.key = n.idempotency_key and i.kind = n.kind
      -- Not "is not distinct from", which no index serves.
      and (i.organization_id = p_organization or i.organization_id is null and p_organization is null)
  left join tasks.task t on t.id = i.task_id;
  if v_other is not null then
    perform tasks.refuse(case when p_new[v_other].idempotency_key = 'task_id:' || p_new[v_other].id then 'task_id'
      else 'idempotency_key' end, 'was used for another request', v_other - 1);
  end if;
  return v_ids;
end
$$;

-- Lets go of the idempotency key of a task of the bound organization: what it had started has been deleted, and the same request
-- starts anew.
create or replace function tasks.forget_key(p_task uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
begin atomic
  delete from tasks.idempotency i where i.task_id = p_task and i.organization_id = tasks.bound_organization()
    and not exists (
      select from tasks.task t where t.id = p_task and tasks.hides_task(t.user_id, t.subject_id, t.group_id));
end;

-- Marks tasks of the bound organization as sent that were started without a wake-up call, as by tasks.enqueue, and answers the calls
-- that the caller owes the queue after its commit. What was sent, runs, is held by its group or is due later than a message can
-- wait is left alone: calling it again does nothing.
create or replace function tasks.kick(p_tasks uuid[]) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_all boolean := tasks.sees_all();
  v_wakes jsonb;
begin
  with unsent as (
    select task_id from tasks.outbox
    where task_id = any (p_tasks) and organization_id = tasks.bound_organization() and dispatches = 0 and claimed_at is null
      and awaits is null and not limited and not_before <= v_now + tasks.longest_delay()
      and (expires_at is null or expires_at > v_now)
      and (v_all or exists (select from tasks.task t
        where t.id = task_id and not tasks.hides_task(t.user_id, t.subject_id, t.group_id)))
    order by task_id
    for no key update skip locked
  ), sent as (
    update tasks.outbox o
    set dispatches = 1, visible_at = least(o.expires_at, greatest(o.not_before, v_now) + tasks.patience(0))
    from unsent where o.task_id = unsent.task_id
    returning o.*
  )
  select jsonb_agg(tasks.wake(s, v_now) order by s.priority desc, s.not_before) into v_wakes from sent s;
  return coalesce(v_wakes, '[]');
end
$$;

-- What makes two requests the same: everything but the id and the trace they came with.
create or replace function tasks.request_hash(n tasks.new_task) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp
return encode(sha256(convert_to((to_jsonb(n) - '{id,held}'::text[] || jsonb_build_object(
  'headers', nullif(n.headers - '{traceparent,tracestate}'::text[], '{}')))::text, 'UTF8')), 'hex');

-- What a task is about, itself or by its group; null if that is private to another user than p_user.
create or replace function tasks.subject_of_task(p_task uuid, p_organization uuid, p_user uuid) returns uuid
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  select s.id
  from tasks.task t
  left join tasks.task_group g on g.id = t.group_id
  cross join lateral (select coalesce(t.subject_id, g.subject_id) as id) s
  left join tasks.private_subject p on p.id = s.id
  where t.id = p_task and t.organization_id = p_organization and (p.id is null or p.user_id = p_user);
end;

-- Inserts tasks that differ in their ids, arguments and positions only; every insertion ends here. Answers for how many seconds
-- their wake-up calls are to wait, or null if nobody shall send any.
create or replace function tasks.insert_batch(
  p_organization uuid, p_user uuid, n tasks.new_task, p_ids uuid[], p_args jsonb[], p_positions integer[],
  p_place bigint, p_kicked boolean
) returns double precision
language plpgsql
as $$
declare
  v_now timestamptz := clock_timestamp();
  k tasks.kind := tasks.check_new(n, p_place, v_now);
  v_run_at timestamptz := case when n.held then 'infinity'
    else coalesce(n.eta, v_now + make_interval(secs => coalesce(n.countdown, 0))) end;
  v_expiry timestamptz := coalesce(n.expires_at, v_now + make_interval(secs => n.expires_in));
  v_kicked boolean := p_kicked and v_run_at <= v_now + tasks.longest_delay();
  v_visible_at timestamptz := least(v_expiry, case when v_kicked then v_run_at + tasks.patience(0) else v_run_at end);
  v_options jsonb;
  -- Members have their group's.
  v_subject uuid := case when n.parent_id is not null and n.group_id is null
    then tasks.subject_of_task(n.parent_id, p_organization, p_user) end;
begin
  if num_nonnulls(n.max_retries, n.backoff_factor, n.backoff_cap, n.time_limit, n.priority, n.limit_key) > 0 then
    v_options := jsonb_strip_nulls(jsonb_build_object('max_retries', n.max_retries, 'backoff_factor', n.backoff_factor,
      'backoff_cap', n.backoff_cap, 'time_limit', n.time_limit, 'priority', n.priority, 'limit_key', n.limit_key));
  end if;
  insert into tasks.task (id, kind, version, organization_id, user_id, parent_id, args, created_at, group_id, position,
    options, headers, schedule_id, subject_id)
  select new.id, n.kind, k.version, p_organization, p_user, n.parent_id, new.args, v_now, n.group_id, new.position,
    v_options, n.headers, n.schedule_id, v_subject
  from unnest(p_ids, p_args, p_positions) new(id, args, position);

  insert into tasks.outbox (task_id, organization_id, kind, version, max_retries, group_id, position, not_before, visible_at,
    dispatches, expires_at, backoff_factor, backoff_cap, priority, limit_key)
  select new.id, p_organization, n.kind, k.version, coalesce(n.max_retries, k.max_retries), n.group_id, new.position, v_run_at,
    v_visible_at, v_kicked::integer, v_expiry, make_interval(secs => n.backoff_factor),
    make_interval(secs => n.backoff_cap), coalesce(n.priority, 0), n.limit_key
  from unnest(p_ids, p_positions) new(id, position);
  return case when v_kicked then greatest(extract(epoch from v_run_at - v_now), 0) end;
end
$$;

-- Inserts a list of tasks, a batch of those that share everything else at a time; answers {ids, wakes}.
create or replace function tasks.insert_tasks(
  p_organization uuid, p_user uuid, p_new tasks.new_task[], p_kicked boolean
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[];
  v_again bigint[];
  v_keyed boolean;
  v_bad bigint;
  v_wakes jsonb[] := '{}';
  v_wait double precision;
  same record;
begin
  select array_agg(id order by ordinality), bool_or(idempotency_key is not null),
    min(ordinality) filter (where jsonb_typeof(args) <> 'object')
  into v_ids, v_keyed, v_bad
  from unnest(p_new) with ordinality;
  if v_bad is not null then
    perform tasks.refuse('args', 'must be an object', v_bad - 1);
  end if;
  if v_keyed then
    v_ids := tasks.take_keys(p_organization, p_new);
    -- Places at which a task stands once more.
    v_again := array(
      select place from (
        select place, row_number() over (partition by id order by place) from unnest(v_ids) with ordinality it(id, place)) n
      where row_number > 1);
  end if;

  for same in
    select row(null, kind, null, parent_id, countdown, max_retries, group_id, null, held, eta, expires_in, expires_at,
        backoff_factor, backoff_cap, time_limit, priority, limit_key, headers, null, schedule_id)::tasks.new_task as shared,
      array_agg(id order by ordinality) as ids, array_agg(coalesce(args, '{}') order by ordinality) as args,
      array_agg(position order by ordinality) as positions, min(ordinality) - 1 as place, kind
    from unnest(p_new) with ordinality new
    -- Not what a key has started before: known by its other id, or, where the id itself is the key, by being there or standing before
    -- in the list.
    where not v_keyed or id = any (v_ids) and (idempotency_key is distinct from 'task_id:' || id
      or ordinality <> all (v_again) and not exists (select from tasks.task t where t.id = new.id))
    group by kind, parent_id, countdown, max_retries, group_id, held, eta, expires_in, expires_at, backoff_factor,
      backoff_cap, time_limit, priority, limit_key, headers, schedule_id
    order by min(ordinality)
  loop
    v_wait := tasks.insert_batch(
      p_organization, p_user, same.shared, same.ids, same.args, same.positions, same.place, p_kicked);
    if v_wait is not null then
      v_wakes := v_wakes || array(select jsonb_build_object('task_id', id, 'attempt', 1, 'kind', same.kind,
        'organization_id', p_organization, 'wait_seconds', v_wait) from unnest(same.ids) id);
    end if;
  end loop;
  return jsonb_build_object('ids', to_jsonb(coalesce(v_ids, '{}')), 'wakes', to_jsonb(v_wakes));
end
$$;

-- Starts tasks of an organization that differ in their ids and arguments only, which are objects. p_alike: what they share, as a
-- task of enqueue_all has it, without an idempotency key. Answers for how many seconds the wake-up calls are to wait that the
-- caller promises to send after its commit; null: the relay will send them.
-- Who may call this has proved elsewhere on whose behalf: it is one statement, where binding a transaction takes three.
create or replace function tasks.start(
  p_organization uuid, p_user uuid, p_alike jsonb, p_ids uuid[], p_args jsonb[]
) returns double precision
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return tasks.insert_batch(p_organization, p_user, tasks.read_batch(p_alike), p_ids, p_args, null, 0, true);
end
$$;

-- The same for the bound organization, in the caller's transaction.
create or replace function tasks.enqueue_batch(p_shared jsonb, p_ids uuid[], p_args jsonb[]) returns double precision
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return tasks.insert_batch(
    tasks.owner_of_new(), tasks.bound_user(), tasks.read_batch(p_shared), p_ids, p_args, null, 0, true);
end
$$;

-- Starts the tasks of the bound organization. p_tasks: a list of {kind} with, as wanted, id, args, countdown or eta,
-- expires_in or expires_at, max_retries, backoff_factor, backoff_cap, time_limit, priority, limit_key, headers,
-- idempotency_key, parent_id; times in seconds. All of them or none. Answers {ids, wakes}.
-- With p_kicked the caller promises to send the wake-up calls of the answer after its commit; without, the relay will.
create or replace function tasks.enqueue_all(p_tasks jsonb, p_kicked boolean default false) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return tasks.insert_tasks(
    tasks.owner_of_new(), tasks.bound_user(), tasks.read_new(tasks.read_options(p_tasks)), p_kicked);
end
$$;

-- The bound organization, for whoever wants to start something.
create or replace function tasks.owner_of_new() returns uuid
language plpgsql stable
as $$
declare
  v_organization uuid := tasks.bound_organization();
begin
  if v_organization is null then
    raise exception 'app.organization_id is not set: what is started belongs to an organization'
      using errcode = 'insufficient_privilege';
  end if;
  return v_organization;
end
$$;

-- What new tasks share, as their owner may write it: what only the engine sets is left out.
create or replace function tasks.read_batch(p_shared jsonb) returns tasks.new_task
language sql stable parallel safe
return jsonb_populate_record(null::tasks.new_task,
  p_shared - '{id,args,group_id,position,held,idempotency_key,schedule_id}'::text[]);

-- A list of new tasks, read likewise.
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
-- options: those of enqueue_all, by its names or by those of HTTP. With an idempotency key that was used before, the id is the older task's.
create or replace function tasks.enqueue(kind text, args jsonb default '{}', options jsonb default '{}') returns uuid
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  v_answer jsonb;
begin
  if jsonb_typeof(options) is distinct from 'object' or options ?| '{kind,args}' then
    raise exception 'options: must be an object, without kind and args'
      using errcode = 'invalid_parameter_value', column = 'options', detail = '0';
  end if;
  v_answer := tasks.enqueue_all(jsonb_build_array(options || jsonb_build_object('kind', kind, 'args', coalesce(args, '{}'))));
  return (v_answer -> 'ids' ->> 0)::uuid;
end
$$;
