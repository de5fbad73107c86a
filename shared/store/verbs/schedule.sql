-- Schedules. When they tick is computed outside, by whoever knows cron and time zones; here a tick becomes a task.

-- The task of a tick. Its nominal time travels in the header scheduled_for, because the task itself begins later.
create or replace function tasks.scheduled(s tasks.schedule, p_tick timestamptz) returns tasks.new_task
language sql volatile set search_path = pg_catalog, pg_temp
return jsonb_populate_record(null::tasks.new_task, s.options || jsonb_build_object(
  'id', tasks.uuid_v7(), 'kind', s.kind, 'args', s.args, 'schedule_id', s.id, 'held', false,
  'headers', coalesce(s.options -> 'headers', '{}') || jsonb_build_object('scheduled_for',
    to_char(p_tick at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))));

-- A schedule as its owner writes it: {name, kind, args, options, cron, time_zone, every, catch_up, next_at}; every in seconds.
create or replace function tasks.read_schedule(p jsonb) returns tasks.schedule
language sql volatile set search_path = pg_catalog, pg_temp
return jsonb_populate_record(null::tasks.schedule, jsonb_build_object(
  'id', tasks.uuid_v7(), 'name', p -> 'name', 'kind', p -> 'kind', 'args', p -> 'args',
  'options', case jsonb_typeof(p -> 'options') when 'object' then tasks.read_options(jsonb_build_array(p -> 'options')) -> 0
    else p -> 'options' end,
  'cron', p -> 'cron', 'time_zone', p -> 'time_zone', 'every', make_interval(secs => (p ->> 'every')::double precision),
  'catch_up', p -> 'catch_up', 'next_at', p -> 'next_at', 'declared_in_code', false, 'created_at', clock_timestamp()));

-- Refuses a schedule with fields or options that there are not, or that cannot be read, and a tick that no clock shows.
create or replace function tasks.check_schedule(p jsonb) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  perform tasks.check_names(p, '{name,kind,args,options,cron,time_zone,every,catch_up,next_at}');
  if jsonb_typeof(p -> 'options') not in ('object', 'null') then
    perform tasks.refuse('options', 'must be an object', 0);
  elsif p -> 'options' ?| '{countdown,eta,expires_at,idempotency_key,parent_id,id,kind,args}' then
    perform tasks.refuse((select key from jsonb_object_keys(p -> 'options') key
      where key = any ('{countdown,eta,expires_at,idempotency_key,parent_id,id,kind,args}') order by key limit 1),
      'is not for the tasks of a schedule', 0);
  elsif jsonb_typeof(p -> 'every') not in ('number', 'null') then
    perform tasks.refuse('every', 'must be a number of seconds', 0);
  elsif not tasks.is_time(coalesce(p ->> 'next_at', '')) then
    perform tasks.refuse('next_at', 'must be a time', 0);
  end if;
  if jsonb_typeof(p -> 'options') = 'object' then
    perform tasks.read_options(jsonb_build_array(p -> 'options'));
  end if;
end
$$;

-- Makes a schedule of the bound organization; answers its id. Refuses what could not start a task, by the option's name.
create or replace function tasks.create_schedule(p_schedule jsonb) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  s tasks.schedule;
begin
  perform tasks.check_schedule(p_schedule);
  s := tasks.read_schedule(p_schedule);
  s.organization_id := tasks.owner_of_new();
  s.user_id := tasks.bound_user();
  perform tasks.check_new(tasks.scheduled(s, s.next_at), 0, clock_timestamp());
  -- Two at once may pass it by one: it keeps a list short, not a budget.
  if (select count(*) from tasks.schedule where organization_id = s.organization_id) >= 1000 then
    raise exception 'an organization has at most 1000 schedules' using errcode = 'program_limit_exceeded';
  end if;
  insert into tasks.schedule select s.*;
  return s.id;
end
$$;

-- Pauses a schedule of the bound organization; false if there is none.
create or replace function tasks.pause_schedule(p_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update tasks.schedule set paused_at = coalesce(paused_at, clock_timestamp())
  where id = p_id and organization_id = tasks.bound_organization() and not tasks.hides_schedule(user_id, subject_id);
  return found;
end
$$;

-- Lets a schedule of the bound organization go on with the tick p_next_at, if its pause is still the one that the caller saw:
-- otherwise a tick that came since would come again.
create or replace function tasks.resume_schedule(p_id uuid, p_paused_at timestamptz, p_next_at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not tasks.is_time(p_next_at::text) then
    perform tasks.refuse('next_at', 'must be a time', 0);
  end if;
  update tasks.schedule set paused_at = null, problem = null, next_at = p_next_at
  where id = p_id and organization_id = tasks.bound_organization() and paused_at = p_paused_at
    and not tasks.hides_schedule(user_id, subject_id);
  return found;
end
$$;

-- Deletes a schedule of the bound organization; the tasks that it started stay.
create or replace function tasks.delete_schedule(p_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  delete from tasks.schedule
  where id = p_id and organization_id = tasks.bound_organization() and not tasks.hides_schedule(user_id, subject_id);
  return found;
end
$$;

-- Makes the system schedules what the code declares: a list as read_schedule reads it. A pause survives, and so does the tick
-- that is waited for, unless its times were changed; what is declared no more goes.
create or replace function tasks.declare_schedules(p_schedules jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_all tasks.schedule[] := array(
    select tasks.read_schedule(p) from jsonb_array_elements(p_schedules) p order by p ->> 'name');
begin
  perform tasks.check_new(tasks.scheduled(v_all[i], v_all[i].next_at), i - 1, clock_timestamp())
  from generate_subscripts(v_all, 1) i;
  delete from tasks.schedule
  where organization_id is null and declared_in_code and name <> all (array(select name from unnest(v_all)));

  insert into tasks.schedule (name, kind, args, options, cron, time_zone, every, catch_up, next_at, declared_in_code)
  select name, kind, args, options, cron, time_zone, every, catch_up, next_at, true from unnest(v_all)
  on conflict on constraint one_schedule_per_name do update
  set kind = excluded.kind, args = excluded.args, options = excluded.options, catch_up = excluded.catch_up,
    cron = excluded.cron, time_zone = excluded.time_zone, every = excluded.every, declared_in_code = true,
    next_at = case
      when (schedule.cron, schedule.time_zone, schedule.every)
        is not distinct from (excluded.cron, excluded.time_zone, excluded.every) then schedule.next_at
      else excluded.next_at
    end;
end
$$;

-- The schedules whose tick has come, in the order of their ids, after p_after: {now, schedules}. No args: they are not the
-- relay's to read.
create or replace function tasks.due_schedules(p_after uuid, p_limit integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_due jsonb;
begin
  select jsonb_agg(jsonb_build_object('id', id, 'next_at', next_at, 'cron', cron, 'time_zone', time_zone,
    'every', extract(epoch from every)::bigint, 'catch_up', catch_up) order by id)
  into v_due
  from (
    select * from tasks.schedule
    where paused_at is null and next_at <= v_now and (p_after is null or id > p_after)
    order by id limit p_limit
  ) s;
  return jsonb_build_object('now', v_now, 'schedules', coalesce(v_due, '[]'));
end
$$;

-- Starts the tasks of ticks and moves the schedules on, all in this commit. p_fires: {id, seen, ticks, next_at}, where seen is
-- the tick that the schedule waited for when it was read. Whoever comes second, or while another is at it, changes nothing.
-- A schedule whose task is refused is paused with the problem; as is one that comes with a problem instead of ticks.
-- Answers {fired, tasks, paused, stuck, wakes}.
create or replace function tasks.fire_schedules(p_fires jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  f record;
  s tasks.schedule;
  v_new tasks.new_task[];
  v_problem text;
  v_fired integer := 0;
  v_tasks integer := 0;
  v_paused integer := 0;
  v_stuck integer := 0;
  v_wakes jsonb := '[]';
begin
  for f in
    select (e ->> 'id')::uuid as id, (e ->> 'seen')::timestamptz as seen, (e ->> 'next_at')::timestamptz as next_at,
      array(select t::timestamptz from jsonb_array_elements_text(e -> 'ticks') t) as ticks, e ->> 'problem' as problem
    from jsonb_array_elements(p_fires) e
    order by 1
  loop
    select * into s from tasks.schedule where id = f.id and next_at = f.seen and paused_at is null
    for no key update skip locked;
    continue when not found;
    v_problem := f.problem;
    if v_problem is null then
      begin
        v_new := array(select tasks.scheduled(s, t) from unnest(f.ticks) t);
        v_wakes := v_wakes || (tasks.insert_tasks(s.organization_id, s.user_id, v_new, true) -> 'wakes');
        update tasks.schedule
        set next_at = f.next_at, last_at = coalesce(f.ticks[cardinality(f.ticks)], last_at)
        where id = s.id;
        v_fired := v_fired + 1;
        v_tasks := v_tasks + cardinality(v_new);
      exception
        when deadlock_detected or serialization_failure then raise;
        when data_exception or integrity_constraint_violation then v_problem := sqlerrm;
        when others then v_stuck := v_stuck + 1;
      end;
    end if;
    if v_problem is not null then
      update tasks.schedule set paused_at = clock_timestamp(), problem = v_problem where id = s.id;
      v_paused := v_paused + 1;
    end if;
  end loop;
  return jsonb_build_object('fired', v_fired, 'tasks', v_tasks, 'paused', v_paused, 'stuck', v_stuck, 'wakes', v_wakes);
end
$$;
