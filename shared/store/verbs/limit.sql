-- Limits per key: room is made and taken under the lock of the limit's row, so no end passes unnoticed.

-- Which of the candidates may begin now, and how long the others wait: seconds, or null until somebody of the key ends.
-- Notes for the rate that those begin now. The caller holds the limits' locks.
create or replace function tasks.make_room(p_candidates uuid[], p_now timestamptz)
returns table (task_id uuid, fits boolean, wait double precision)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  l tasks.task_limit;
  v_places bigint;
  v_left bigint;
  v_taken bigint;
begin
  for l in
    select * from tasks.task_limit
    where (organization_id, key) in (
      select o.organization_id, o.limit_key from tasks.outbox o where o.task_id = any (p_candidates))
  loop
    v_places := coalesce(l.max_running - (select count(*) from tasks.outbox r
      where r.organization_id is not distinct from l.organization_id and r.limit_key = l.key
        and r.claimed_at is not null), 2147483647);
    l := tasks.forget(l, p_now);
    v_left := coalesce(floor(l.rate)::bigint - (select coalesce(sum(n), 0) from unnest(l.begun) n), 2147483647);
    v_taken := greatest(least(v_places, v_left, (select count(*) from tasks.outbox o
      where o.task_id = any (p_candidates) and o.limit_key = l.key
        and o.organization_id is not distinct from l.organization_id)), 0);
    if l.rate is not null and v_taken > 0 then
      l := tasks.note_begun(l, v_taken::integer, p_now);
      update tasks.task_limit
      set begun_since = l.begun_since, begun_until = l.begun_until, begun = l.begun
      where key = l.key and organization_id is not distinct from l.organization_id;
    end if;
    return query
    select c.task_id, c.place <= v_taken,
      case when c.place > v_taken and c.place <= v_places then tasks.room_in(l, c.place - v_left, p_now) end
    from (
      select o.task_id, row_number() over (order by o.priority desc, o.task_id) as place
      from tasks.outbox o
      where o.task_id = any (p_candidates) and o.limit_key = l.key
        and o.organization_id is not distinct from l.organization_id
    ) c;
  end loop;
end
$$;

-- The limit without what began longer ago than its rate looks back.
create or replace function tasks.forget(l tasks.task_limit, p_now timestamptz) returns tasks.task_limit
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if l.rate is not null then
    select coalesce(array_agg(since order by until), '{}'), coalesce(array_agg(until order by until), '{}'),
      coalesce(array_agg(n order by until), '{}')
    into l.begun_since, l.begun_until, l.begun
    from unnest(l.begun_since, l.begun_until, l.begun) as b(since, until, n)
    where until >= p_now - l.per;
  end if;
  return l;
end
$$;

-- The limit with p_count more that begin now. Begins within a 64th of the rate's length are one entry, as if all of them were at
-- its end: so there are few entries however high the rate, and never more begin than it says, only at most a 64th fewer.
create or replace function tasks.note_begun(l tasks.task_limit, p_count integer, p_now timestamptz) returns tasks.task_limit
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  v_last integer := cardinality(l.begun);
begin
  if l.begun_since[v_last] > p_now - l.per / 64 then
    l.begun_until[v_last] := greatest(l.begun_until[v_last], p_now);
    l.begun[v_last] := l.begun[v_last] + p_count;
  else
    l.begun_since := l.begun_since || p_now;
    l.begun_until := l.begun_until || p_now;
    l.begun := l.begun || p_count;
  end if;
  return l;
end
$$;

-- In how many seconds the rate has room for the p_place-th of those that wait: when so many of what began are old enough.
create or replace function tasks.room_in(l tasks.task_limit, p_place bigint, p_now timestamptz) returns double precision
language sql stable set search_path = pg_catalog, pg_temp
return (
  select extract(epoch from min(until) + l.per * (1 + (p_place - 1) / greatest(total, 1)) - p_now)::double precision + 0.001
  from (
    select until, sum(n) over (order by until, since) as freed, sum(n) over () as total
    from unnest(l.begun_since, l.begun_until, l.begun) as b(since, until, n)
  ) e
  where freed >= 1 + (p_place - 1) % greatest(total, 1)
  group by total);

-- Lets waiting tasks of a key go, as many as ended: also for those that had not begun, because a place may have been passed
-- on to them. One too many is only refused again. Answers their wake-up calls.
create or replace function tasks.pass_on(p_decided tasks.decision[]) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_wakes jsonb;
begin
  with freed as (
    select organization_id, limit_key, count(*) as places
    from unnest(p_decided) where limit_key is not null
    group by organization_id, limit_key
  ), next as (
    select w.task_id from freed f cross join lateral (
      select o.task_id from tasks.outbox o
      where o.limit_key = f.limit_key and o.limited and o.claimed_at is null
        and (o.organization_id = f.organization_id or o.organization_id is null and f.organization_id is null)
      order by o.priority desc, o.task_id
      limit f.places
      for no key update skip locked
    ) w
  ), passed as (
    update tasks.outbox o
    set limited = false, not_before = v_now, visible_at = least(o.expires_at, v_now + tasks.patience(0)), dispatches = 1
    from next where o.task_id = next.task_id
    returning o.*
  )
  select jsonb_agg(tasks.wake(p, v_now)) into v_wakes from passed p;
  return coalesce(v_wakes, '[]');
end
$$;

-- Locks the limits of tasks, after groups and before outbox rows.
create or replace function tasks.lock_limits(p_tasks uuid[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from tasks.outbox where task_id = any (p_tasks) and limit_key is not null) then
    perform from (select distinct organization_id, limit_key from tasks.outbox where task_id = any (p_tasks)) k
    join tasks.task_limit l on l.key = k.limit_key and l.organization_id is not distinct from k.organization_id
    order by l.organization_id, l.key
    for no key update of l;
  end if;
end
$$;

-- Sets the limit of a key of the bound organization: at most p_max_running at a time, at most p_rate beginning per
-- p_seconds; null is no limit, both null removes it.
create or replace function tasks.set_limit(
  p_key text, p_max_running integer, p_rate double precision, p_seconds double precision
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if p_max_running is null and p_rate is null then
    delete from tasks.task_limit where organization_id = tasks.bound_organization() and key = p_key;
  else
    insert into tasks.task_limit (organization_id, key, max_running, rate, per)
    values (tasks.bound_organization(), p_key, p_max_running, p_rate, make_interval(secs => p_seconds))
    on conflict (organization_id, key) do update
    set max_running = excluded.max_running, rate = excluded.rate, per = excluded.per;
  end if;
  -- Whoever waits for the old limit asks again under the new one, at the relay's next sweep.
  update tasks.outbox o
  set limited = false, not_before = least(o.not_before, clock_timestamp()), visible_at = clock_timestamp()
  from (
    select task_id from tasks.outbox
    where organization_id = tasks.bound_organization() and limit_key = p_key and claimed_at is null
      -- Refused until somebody ends, or until the rate has a token: only a refusal counts a message before its time.
      and (limited or dispatches > 1 and not_before > clock_timestamp() and not_before < 'infinity')
    order by task_id
    for no key update skip locked
  ) waiting
  where o.task_id = waiting.task_id;
end
$$;
