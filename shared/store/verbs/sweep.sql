-- The relay's verbs. Each call is one short transaction; the relay repeats it until there is nothing left to do.

-- Begins a sweep. After a gap (an outage, a restart of the server) nobody could send heartbeats: then every lease that had
-- no sign of life since starts again, and no loss is judged before it runs out. Answers whether that happened.
create or replace function tasks.begin_sweep() returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_last timestamptz;
  v_over timestamptz;
begin
  update tasks.relay r set swept_at = clock_timestamp()
  from (select swept_at from tasks.relay for no key update) last
  returning last.swept_at into v_last;
  v_over := case
    when v_last < pg_postmaster_start_time() then pg_postmaster_start_time()
    when v_last < clock_timestamp() - interval '2 minutes' then clock_timestamp()
  end;
  if v_over is not null then
    update tasks.outbox o set visible_at = clock_timestamp() + tasks.lease()
    from (
      select task_id from tasks.outbox
      where claimed_at is not null and visible_at - tasks.lease() <= v_over
      order by task_id for no key update skip locked
    ) held
    where o.task_id = held.task_id;
  end if;
  return v_over is not null;
end
$$;

-- The organizations with unfinished tasks, one index probe each; at last null, for the tasks of no organization.
create or replace function tasks.organizations() returns setof uuid
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  with recursive step as (
    (select organization_id from tasks.outbox order by organization_id limit 1)
    union all
    select (select o.organization_id from tasks.outbox o
      where o.organization_id > step.organization_id order by o.organization_id limit 1)
    from step where step.organization_id is not null
  )
  select organization_id from step where organization_id is not null
  union all
  select null;
end;

-- The priorities that a task may have, the most urgent first: an index by priority is asked once for each.
create or replace function tasks.priorities() returns setof smallint
language sql immutable rows 3 set search_path = pg_catalog, pg_temp
begin atomic
  values (1::smallint), (0::smallint), (-1::smallint);
end;

-- For how many whole seconds the oldest row that the relay should have acted on has been waiting for it.
create or replace function tasks.lag() returns bigint
-- A handful of look-ups by an index: to compile them would take longer than to run them.
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
begin atomic
  select coalesce(floor(extract(epoch from clock_timestamp() - min(first) filter (where first <= clock_timestamp()))), 0)::bigint
  from (
    -- The first of each, due or not: a bound by the clock would be no bound of the index, and every task that waits be read.
    select (select min(visible_at) from tasks.outbox o
      where o.organization_id = t.organization_id and o.priority = p.priority) as first
    from tasks.organizations() t(organization_id) cross join tasks.priorities() p(priority)
    union all
    select min(visible_at) from tasks.outbox where organization_id is null
  ) firsts;
end;

-- What is due of a priority, at most p_each of one organization. Whose turn is first is drawn anew for each batch: in the order of
-- their ids, five with thousands would hold up all behind them. Without settings of its own, so that it is inlined.
create or replace function tasks.due_of(p_priority smallint, p_now timestamptz, p_each integer) returns setof uuid
language sql stable
begin atomic
  select d.task_id
  from (select organization_id from tasks.organizations() t(organization_id) order by random()) t
  cross join lateral (
    select o.task_id from tasks.outbox o
    where o.organization_id = t.organization_id and o.priority = p_priority
      and o.visible_at <= p_now + interval '60 seconds' and (o.visible_at <= p_now or o.dispatches = 0)
      and o.claimed_at is null and o.awaits is null and o.not_before < 'infinity'
    order by o.visible_at
    limit p_each
  ) d
  union all
  (select o.task_id from tasks.outbox o
    where o.organization_id is null and o.priority = p_priority
      and o.visible_at <= p_now + interval '60 seconds' and (o.visible_at <= p_now or o.dispatches = 0)
      and o.claimed_at is null and o.awaits is null and o.not_before < 'infinity'
    order by o.visible_at
    limit p_each);
end;

-- Marks due tasks as sent and answers their wake-up calls: at most p_limit, at most p_each of one organization, so that
-- nobody's thousands hold up another's ten (of one priority; the urgent first). Looks one period ahead, with the exact delay, for tasks that were never sent
-- for their attempt; a message that may be on its way is repeated only when its time is over.
create or replace function tasks.sweep_due(p_limit integer, p_each integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_wakes jsonb;
begin
  with due as materialized (
    -- One after the other, and each asked only if there is room left.
    select d.task_id from tasks.due_of(1::smallint, v_now, p_each) d(task_id)
    union all
    select d.task_id from tasks.due_of(0::smallint, v_now, p_each) d(task_id)
    union all
    select d.task_id from tasks.due_of((-1)::smallint, v_now, p_each) d(task_id)
    limit p_limit
  ), locked as (
    select o.task_id from tasks.outbox o
    -- An array, so that the plan is index look-ups also on a table that was never analyzed.
    where o.task_id = any (array(select task_id from due))
      and (o.visible_at <= v_now or o.dispatches = 0) and o.claimed_at is null and o.awaits is null
      -- What a group holds back is due here only for its expiry, which is not for this verb.
      and o.not_before < 'infinity' and (o.expires_at is null or o.expires_at > v_now)
    order by o.task_id
    for no key update skip locked
  ), sent as (
    update tasks.outbox o
    set dispatches = least(o.dispatches + 1, 30000),
      visible_at = least(o.expires_at, greatest(o.not_before, v_now) + tasks.patience(o.dispatches))
    from locked where o.task_id = locked.task_id
    returning o.*
  )
  select jsonb_agg(tasks.wake(s, v_now) order by s.priority desc, s.not_before) into v_wakes from sent s;
  return coalesce(v_wakes, '[]');
end
$$;

-- Ends what only the clock can end: claims without a heartbeat (lost), tasks that nobody began in time (expired).
-- Looks without locks, then settles under them, where each is judged again. A row that cannot be settled is put off and
-- counted, and does not hold up the others. Answers {ended, wakes, stuck}.
create or replace function tasks.sweep_overdue(p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_endings tasks.ending[];
  v_one tasks.ending;
  v_settled jsonb;
  v_ended jsonb := '[]';
  v_wakes jsonb := '[]';
  v_stuck integer := 0;
begin
  select array_agg(row(task_id, attempt,
    case when claimed_at is not null then 'lost' else 'expired' end, null,
    case when claimed_at is not null
      then jsonb_build_object('type', 'Lost', 'message', 'the function died or lost its connection')
      else jsonb_build_object('type', 'Expired', 'message', 'not begun before it expired')
    end, null)::tasks.ending)
  into v_endings
  from (
    select d.* from tasks.organizations() t(organization_id) cross join tasks.priorities() p(priority)
    cross join lateral (
      select o.* from tasks.outbox o
      where o.organization_id = t.organization_id and o.priority = p.priority and o.visible_at <= v_now
        and (o.claimed_at is not null or o.expires_at <= v_now)
      order by o.visible_at limit p_limit
    ) d
    union all
    (select o.* from tasks.outbox o
      where o.organization_id is null and o.visible_at <= v_now
        and (o.claimed_at is not null or o.expires_at <= v_now)
      order by o.visible_at limit p_limit)
    limit p_limit
  ) overdue;
  if v_endings is null then
    return '{"ended": [], "wakes": [], "stuck": 0}';
  end if;
  begin
    return tasks.settle(null, v_endings) || '{"stuck": 0}';
  exception
    when deadlock_detected or serialization_failure then raise;
    when others then
      foreach v_one in array v_endings loop
        begin
          v_settled := tasks.settle(null, array[v_one]);
          v_ended := v_ended || (v_settled -> 'ended');
          v_wakes := v_wakes || (v_settled -> 'wakes');
        exception
          when others then
            v_stuck := v_stuck + 1;
            update tasks.outbox set visible_at = v_now + interval '5 minutes' where task_id = v_one.task_id;
        end;
      end loop;
  end;
  return jsonb_build_object('ended', v_ended, 'wakes', v_wakes, 'stuck', v_stuck);
end
$$;

-- Recounts groups from their rows, so that a group hangs on nothing, not even on a bug. Answers {checked, corrected,
-- wakes}; a correction is an error worth an alarm.
create or replace function tasks.check_groups(p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  g tasks.task_group;
  v_remaining integer;
  v_free integer;
  v_checked integer := 0;
  v_corrected integer := 0;
  v_wakes jsonb := '[]';
begin
  for g in
    select * from tasks.task_group
    where finished_at is null and check_at <= clock_timestamp()
    order by id limit p_limit
    for no key update skip locked
  loop
    if g.cancelled_at is not null and g.remaining > 0 then
      v_wakes := v_wakes || (tasks.end_cancelled(g.id, 1000) -> 'wakes');
    end if;
    select * into g from tasks.task_group where id = g.id;
    select count(*), greatest(g.window_size - count(*) filter (where not_before < 'infinity'), 0)
    into v_remaining, v_free
    from tasks.outbox where group_id = g.id and position is not null;
    v_checked := v_checked + 1;
    v_corrected := v_corrected + (v_remaining <> g.remaining or v_free <> g.free)::integer;
    update tasks.task_group
    set remaining = v_remaining, free = v_free,
      -- A cancelled group with members left is looked at again at once.
      check_at = case when cancelled_at is not null and v_remaining > 0 then clock_timestamp()
        else clock_timestamp() + interval '5 minutes' end,
      next_position = coalesce((select min(position) from tasks.outbox
        where group_id = g.id and position is not null and not_before = 'infinity'), next_position)
    where id = g.id;
    v_wakes := v_wakes || tasks.release(g.id);
  end loop;
  return jsonb_build_object('checked', v_checked, 'corrected', v_corrected, 'wakes', v_wakes);
end
$$;
