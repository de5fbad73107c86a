-- The relay's verbs. Each call is one short transaction; the relay repeats it until there is nothing left to do.

-- Begins a sweep. After a gap (an outage, a restart of the server) nobody could send heartbeats: then every lease starts
-- again, and no loss is judged before it runs out. Answers whether that happened.
create or replace function tasks.begin_sweep() returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_gap boolean;
begin
  update tasks.relay r set swept_at = clock_timestamp()
  from (select swept_at from tasks.relay for no key update) last
  returning last.swept_at < clock_timestamp() - interval '2 minutes' or last.swept_at < pg_postmaster_start_time()
  into v_gap;
  if v_gap then
    update tasks.outbox o set visible_at = clock_timestamp() + tasks.lease()
    from (
      select task_id from tasks.outbox
      where claimed_at is not null and visible_at <= clock_timestamp() + tasks.lease()
      order by task_id for no key update skip locked
    ) held
    where o.task_id = held.task_id;
  end if;
  return v_gap;
end
$$;

-- Marks due tasks as sent and answers their wake-up calls. Looks one period ahead, with the exact delay, for tasks that
-- were never sent for their attempt; a message that may be on its way is repeated only when its time is over.
create or replace function tasks.sweep_due(p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_wakes jsonb;
begin
  with due as (
    select task_id from tasks.outbox
    where visible_at <= v_now + interval '60 seconds'
      and (visible_at <= v_now or dispatches = 0)
      and claimed_at is null and awaits is null
      and (expires_at is null or expires_at > v_now)
    order by visible_at
    limit p_limit
    for no key update skip locked
  ), sent as (
    update tasks.outbox o
    set dispatches = least(o.dispatches + 1, 30000),
      visible_at = least(o.expires_at, greatest(o.not_before, v_now) + tasks.patience(o.dispatches))
    from due where o.task_id = due.task_id
    returning o.*
  )
  select jsonb_agg(tasks.wake(s, v_now)) into v_wakes from sent s;
  return coalesce(v_wakes, '[]');
end
$$;

-- Ends what only the clock can end: claims without a heartbeat (lost), tasks that nobody began in time (expired).
-- Looks without locks, then settles under them, where each is judged again. Answers {ended, wakes}.
create or replace function tasks.sweep_overdue(p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_endings tasks.ending[];
begin
  select array_agg(row(task_id, attempt,
    case when claimed_at is not null then 'lost' else 'expired' end, null,
    case when claimed_at is not null
      then jsonb_build_object('type', 'Lost', 'message', 'the function died or lost its connection: no heartbeat for '
        || extract(epoch from tasks.lease()) || ' s')
      else jsonb_build_object('type', 'Expired', 'message', 'not begun before it expired')
    end, null)::tasks.ending)
  into v_endings
  from (
    select * from tasks.outbox
    where visible_at <= v_now and (claimed_at is not null or expires_at <= v_now)
    order by visible_at
    limit p_limit
  ) overdue;
  if v_endings is null then
    return '{"ended": [], "wakes": []}';
  end if;
  return tasks.settle(null, v_endings);
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
    select count(*), greatest(g.window_size - count(*) filter (where not_before < 'infinity'), 0)
    into v_remaining, v_free
    from tasks.outbox where group_id = g.id and position is not null;
    v_checked := v_checked + 1;
    v_corrected := v_corrected + (v_remaining <> g.remaining or v_free <> g.free)::integer;
    update tasks.task_group
    set remaining = v_remaining, free = v_free, check_at = clock_timestamp() + interval '5 minutes',
      next_position = coalesce((select min(position) from tasks.outbox
        where group_id = g.id and position is not null and not_before = 'infinity'), next_position)
    where id = g.id;
    v_wakes := v_wakes || tasks.release(g.id);
  end loop;
  return jsonb_build_object('checked', v_checked, 'corrected', v_corrected, 'wakes', v_wakes);
end
$$;
