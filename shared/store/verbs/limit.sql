-- Limits per key: room is made and taken under the lock of the limit's row, so no end passes unnoticed.

-- Which of the candidates may begin now, and how long the others wait: seconds, or null until somebody of the key ends.
-- Takes the rate's tokens for those that may. The caller holds the limits' locks.
create or replace function tasks.make_room(p_candidates uuid[], p_now timestamptz)
returns table (task_id uuid, fits boolean, wait double precision)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with room as materialized (
    select l.organization_id, l.key, l.rate, l.per,
      coalesce(l.max_running - (select count(*) from tasks.outbox r
        where r.organization_id is not distinct from l.organization_id and r.limit_key = l.key
          and r.claimed_at is not null), 2147483647) as places,
      least(l.rate, l.allowance + extract(epoch from p_now - l.used_at) / extract(epoch from l.per) * l.rate) as tokens
    from tasks.task_limit l
    where (l.organization_id, l.key) in (
      select o.organization_id, o.limit_key from tasks.outbox o where o.task_id = any (p_candidates))
  ), ranked as (
    select o.task_id, r.organization_id, r.key, r.places, r.tokens, r.rate, r.per,
      row_number() over (partition by r.organization_id, r.key order by o.priority desc, o.task_id) as place
    from tasks.outbox o
    join room r on r.key = o.limit_key and r.organization_id is not distinct from o.organization_id
    where o.task_id = any (p_candidates)
  ), judged as (
    select *, place <= places and (rate is null or place <= floor(tokens)) as fits_in from ranked
  ), spent as (
    update tasks.task_limit l
    set allowance = s.tokens - s.taken, used_at = p_now
    from (
      select organization_id, key, min(tokens) as tokens, count(*) filter (where fits_in) as taken
      from judged where rate is not null group by organization_id, key
    ) s
    where l.key = s.key and l.organization_id is not distinct from s.organization_id
  )
  select j.task_id, j.fits_in,
    case when not j.fits_in and j.place <= j.places
      then ((j.place - j.tokens) / j.rate * extract(epoch from j.per))::double precision end
  from judged j;
end
$$;

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
    insert into tasks.task_limit (organization_id, key, max_running, rate, per, allowance)
    values (tasks.bound_organization(), p_key, p_max_running, p_rate, make_interval(secs => p_seconds),
      coalesce(p_rate, 0))
    on conflict (organization_id, key) do update
    set max_running = excluded.max_running, rate = excluded.rate, per = excluded.per,
      allowance = least(tasks.task_limit.allowance, excluded.rate);
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
