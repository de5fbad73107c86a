-- Takes attempts that nothing stands in the way of, each by one look at its row: p_tasks and p_attempts, distinct by task and
-- sorted. Answers those that are claimed, with everything the handler needs. If one is missing, the caller rolls back and asks for
-- all of them with claim, which takes its locks in the order of everybody else and says why. From the commit on a crash costs a
-- retry: it is sent when the answer has arrived, so what nobody heard of was not claimed.
create or replace function tasks.take(
  p_kind text, p_tasks uuid[], p_attempts integer[], p_token uuid, p_version integer, p_claimed_by text
) returns table (
  task_id uuid, attempt integer, args jsonb, organization_id uuid, user_id uuid, retries integer, max_retries integer,
  cursor jsonb, headers jsonb, time_limit double precision, delay_seconds double precision, alone boolean
)
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
begin
  perform tasks.begin_claim(p_kind);
  return query
  with taken as (
    update tasks.outbox o
    set claimed_at = v_now, claim_token = p_token, claimed_by = p_claimed_by,
      visible_at = tasks.lease_end(o.visible_at, v_now)
    from unnest(p_tasks, p_attempts) asked(task_id, attempt)
    where o.task_id = asked.task_id and o.attempt = asked.attempt and o.claimed_at is null and o.awaits is null
      and o.kind = p_kind and o.version <= p_version and o.not_before <= v_now + interval '1 second'
      and o.expires_at is null and o.limit_key is null
      -- Claim says of it that it was lost.
      and (o.attempt = 1 or not tasks.was_lost(o.task_id, o.attempt))
      and (o.group_id is null or o.position is null or o.group_id <> all (array(
        select id from tasks.task_group where cancelled_at is not null and finished_at is null)))
    returning o.task_id, o.attempt, o.retries, o.max_retries, o.not_before, o.group_id
  )
  select o.task_id, o.attempt, t.args, t.organization_id, t.user_id, o.retries, o.max_retries, t.cursor, t.headers,
    (t.options ->> 'time_limit')::double precision, extract(epoch from v_now - o.not_before)::double precision,
    o.group_id is null
  from taken o
  join tasks.task t on t.id = o.task_id;
end
$$;

-- Whether an attempt follows one that was lost: the process died, maybe of it. In between it may have been given back, which
-- leaves no trace, as often as there are others in a batch.
create or replace function tasks.was_lost(p_task uuid, p_attempt integer) returns boolean
language sql stable
return coalesce((
  select outcome = 'lost' from tasks.attempt_history
  where task_id = p_task and attempt between p_attempt - 10 and p_attempt - 1
  order by attempt desc limit 1), false);

-- What every claim begins with.
create or replace function tasks.begin_claim(p_kind text) returns void
language plpgsql
as $$
begin
  if session_user <> 'task_' || p_kind and not pg_has_role(session_user, 'tasks_engine', 'member') then
    raise exception 'role % may not claim tasks of the kind %', session_user, p_kind
      using errcode = 'insufficient_privilege';
  end if;
  -- Whoever does not come back with the commit must not keep the locks.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
end
$$;

-- The same for a batch in which something is in the way of somebody: one statement, whatever the size of the batch.
-- p_asked: [{task_id, attempt}], distinct by task. Each is answered with an outcome:
--   claimed (with everything the handler needs), or why not: ended, superseded, taken, early (with the wait),
--   limited (its key has no room; with the wait, or none until somebody ends), expired (ended on the spot), cancelled,
--   newer (a contract this function does not know), unknown.
create or replace function tasks.claim(
  p_kind text, p_asked jsonb, p_token uuid, p_version integer, p_claimed_by text
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[] := array(select (a ->> 'task_id')::uuid from jsonb_array_elements(p_asked) a);
  v_now timestamptz;
  v_judged tasks.judged[];
  v_answers jsonb;
  v_expired uuid[];
  v_keyed boolean;
begin
  perform tasks.begin_claim(p_kind);

  -- An end locks groups first.
  select array_agg(task_id) filter (where expires_at <= clock_timestamp()), bool_or(limit_key is not null)
  into v_expired, v_keyed
  from tasks.outbox where task_id = any (v_ids);
  if v_expired is not null then
    perform tasks.lock_groups(v_expired);
  end if;
  if v_keyed then
    perform tasks.lock_limits(v_ids);
  end if;
  perform from tasks.outbox where task_id = any (v_ids) order by task_id for no key update;
  v_now := clock_timestamp();
  v_judged := tasks.judge(p_kind, p_asked, p_token, p_version, v_now);

  with taken as (
    update tasks.outbox o
    set claimed_at = v_now, claim_token = p_token, claimed_by = p_claimed_by, limited = false,
      visible_at = tasks.lease_end(o.visible_at, v_now)
    from unnest(v_judged) j
    where o.task_id = j.task_id and j.outcome = 'claimed'
    returning o.*
  ), answers as (
    select jsonb_build_object('task_id', o.task_id, 'attempt', o.attempt, 'outcome', 'claimed', 'args', t.args,
      'organization_id', t.organization_id, 'user_id', t.user_id, 'retries', o.retries, 'max_retries', o.max_retries,
      'cursor', t.cursor, 'headers', t.headers, 'time_limit', t.options -> 'time_limit',
      'delay_seconds', extract(epoch from v_now - o.not_before),
      'was_lost', o.attempt > 1 and tasks.was_lost(o.task_id, o.attempt)) as answer
    from taken o
    join tasks.task t on t.id = o.task_id
    union all
    select jsonb_build_object('task_id', task_id, 'attempt', attempt, 'outcome', outcome,
      'wait_seconds', case when outcome in ('early', 'limited') then wait end)
    from unnest(v_judged) where outcome <> 'claimed'
  )
  select jsonb_agg(answer) into v_answers from answers;

  if v_keyed then
    update tasks.outbox o
    set limited = j.wait is null,
      not_before = case when j.wait is null then o.not_before else v_now + make_interval(secs => j.wait) end,
      visible_at = least(o.expires_at,
        v_now + make_interval(secs => coalesce(j.wait, 0)) + tasks.patience(o.dispatches)),
      dispatches = least(o.dispatches + 1, 30000)
    from unnest(v_judged) j
    where o.task_id = j.task_id and j.outcome = 'limited';
  end if;

  -- What expired just now is due, and the relay's.
  if v_expired is not null
    and exists (select from unnest(v_judged) where outcome = 'expired' and task_id = any (v_expired))
  then
    perform tasks.settle(null, array(select row(task_id, attempt, 'expired', null, jsonb_build_object(
      'type', 'Expired', 'message', 'not begun before it expired'), null)::tasks.ending
      from unnest(v_judged) where outcome = 'expired' and task_id = any (v_expired)));
  end if;
  return coalesce(v_answers, '[]');
end
$$;

-- What Postgres says to each message; the caller holds the locks of what it asks for.
create or replace function tasks.judge(
  p_kind text, p_asked jsonb, p_token uuid, p_version integer, p_now timestamptz
) returns tasks.judged[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_judged tasks.judged[];
  v_keyed uuid[];
begin
  select array_agg(row(a.task_id, a.attempt,
    case
      when o.task_id is null then
        case when exists (select from tasks.task t where t.id = a.task_id) then 'ended' else 'unknown' end
      when o.attempt <> a.attempt or o.awaits is not null then 'superseded'
      when o.claim_token = p_token then 'claimed'
      when o.claimed_at is not null then 'taken'
      when o.kind <> p_kind then 'unknown'
      when o.expires_at <= p_now then 'expired'
      when g.cancelled_at is not null then 'cancelled'
      when o.not_before > p_now + interval '1 second' then 'early'
      when o.version > p_version then 'newer'
      else 'claimed'
    end,
    case when o.not_before < 'infinity' then extract(epoch from o.not_before - p_now) end)::tasks.judged),
    array_agg(o.task_id) filter (where o.limit_key is not null and o.claimed_at is null)
  into v_judged, v_keyed
  from jsonb_to_recordset(p_asked) as a(task_id uuid, attempt integer)
  left join tasks.outbox o on o.task_id = a.task_id
  left join tasks.task_group g on g.id = o.group_id and o.position is not null;
  return case when v_keyed is null then v_judged else tasks.judge_limited(v_judged, v_keyed, p_now) end;
end
$$;

-- The same, for those of a key that has no room.
create or replace function tasks.judge_limited(p_judged tasks.judged[], p_keyed uuid[], p_now timestamptz)
returns tasks.judged[]
language plpgsql set search_path = pg_catalog, pg_temp set enable_hashjoin = on
as $$
begin
  return array(
    select row(j.task_id, j.attempt, case when m.fits is false then 'limited' else j.outcome end,
      case when m.fits is false then m.wait else j.wait end)::tasks.judged
    from unnest(p_judged) j
    left join tasks.make_room(array(
      select task_id from unnest(p_judged) where outcome = 'claimed' and task_id = any (p_keyed)), p_now) m
      on m.task_id = j.task_id and j.outcome = 'claimed');
end
$$;

-- Says that the invocation lives; answers which of its claims still hold.
-- A row that somebody has locked is skipped, not lost: only the second look, at token and attempt, tells.
create or replace function tasks.heartbeat(p_token uuid, p_tasks uuid[]) returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  with held as (
    select task_id from tasks.outbox
    where task_id = any (p_tasks) and claim_token = p_token
    order by task_id
    for no key update skip locked
  )
  update tasks.outbox o
  set visible_at = clock_timestamp() + tasks.lease()
  from held where o.task_id = held.task_id;
  return array(select task_id from tasks.outbox where task_id = any (p_tasks) and claim_token = p_token);
end
$$;

-- Which of these claims still hold: asked every few seconds, for work that was revoked, and after a commit whose answer
-- was lost.
create or replace function tasks.still_held(p_token uuid, p_tasks uuid[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
return array(select task_id from tasks.outbox where task_id = any (p_tasks) and claim_token = p_token);

-- Saves where a long task is, fenced like an end. Answers whether the claim still holds.
create or replace function tasks.checkpoint(p_token uuid, p_task uuid, p_attempt integer, p_cursor jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from tasks.outbox
  where task_id = p_task and attempt = p_attempt and claim_token = p_token
  for no key update;
  if found then
    update tasks.task set cursor = p_cursor where id = p_task;
    return true;
  end if;
  return false;
end
$$;
