-- Ends attempts. Several statements, because each must see what was committed while it waited for its locks.

-- Locks what an end may touch, always in this order: groups by id, limits by key, outbox rows by task. What fails may stop its
-- group, and so end the members in flight.
create or replace function tasks.lock_for_end(p_tasks uuid[], p_failing uuid[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_rows uuid[] := p_tasks;
  v_grouped boolean;
  v_keyed boolean;
begin
  select bool_or(coalesce(group_id, awaits) is not null), bool_or(limit_key is not null) into v_grouped, v_keyed
  from tasks.outbox where task_id = any (p_tasks);
  if v_grouped then
    v_rows := tasks.lock_groups(p_tasks);
  end if;
  if v_keyed then
    perform tasks.lock_limits(p_tasks);
  end if;
  if v_grouped and p_failing <> '{}' then
    v_rows := v_rows || array(
      select m.task_id
      from tasks.task_group g
      join tasks.outbox m on m.group_id = g.id and m.position is not null and m.not_before < 'infinity'
      where g.stops_on_failure and g.id in (select group_id from tasks.outbox where task_id = any (p_failing)));
  end if;
  perform from tasks.outbox where task_id = any (v_rows) order by task_id for no key update;
end
$$;

-- Locks the groups that ends of these tasks may touch; answers the tasks that may end with them. An ended callback ends
-- the task that handed itself over to its group, which may be a member or a callback itself: hence the chain. The last
-- member's end may end the callback, if all were to succeed. And a task that ends while it waits for a group cancels it.
create or replace function tasks.lock_groups(p_tasks uuid[]) returns uuid[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_chain uuid[];
  v_groups uuid[];
begin
  -- Each group is looked up once, however many of its members end.
  with recursive chain as (
    select distinct null::uuid as task_id, o.group_id, o.position is null as is_callback, o.awaits
    from tasks.outbox o where o.task_id = any (p_tasks)
    union
    select p.task_id, p.group_id, p.position is null, p.awaits
    from chain c
    join tasks.task_group g on g.id = c.group_id and (c.is_callback or g.policy = 'all_succeeded')
    join tasks.outbox p on p.task_id = g.parent_id and p.awaits = g.id
  )
  select array_agg(task_id) filter (where task_id is not null), array_remove(array_agg(group_id) || array_agg(awaits), null)
  into v_chain, v_groups from chain;
  if v_groups <> '{}' then
    perform from tasks.task_group where id = any (v_groups) order by id for no key update;
  end if;
  return p_tasks || v_chain;
end
$$;

-- Applies endings that still hold: a claim's by its token, lost and expired by the clock, revoked at any time.
-- Answers {ended: [task ids], wakes: [wake-up calls]}.
create or replace function tasks.settle(p_token uuid, p_endings tasks.ending[]) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz;
  v_decided tasks.decision[];
  v_final tasks.decision[];
  v_ended jsonb;
  v_troubled boolean;
  v_keyed boolean;
  v_wakes jsonb := '[]';
  v_group record;
begin
  perform tasks.lock_for_end(array(select task_id from unnest(p_endings)), array(
    select task_id from unnest(p_endings) where outcome not in
      ('success', 'snooze', 'continued', 'gave_back', 'interrupted', 'contended')));
  v_now := clock_timestamp();
  v_decided := tasks.decide(p_token, p_endings, v_now);

  select array_agg(d) filter (where d.status is not null), coalesce(jsonb_agg(d.task_id), '[]'),
    bool_or(d.outcome <> 'success'), bool_or(d.limit_key is not null)
  into v_final, v_ended, v_troubled, v_keyed
  from unnest(v_decided) d;

  if v_troubled then
    insert into tasks.attempt_history (task_id, attempt, organization_id, outcome, error, claimed_at, claimed_by, ended_at)
    select task_id, attempt, organization_id, outcome, error, claimed_at, claimed_by, v_now
    from unnest(v_decided) where outcome not in ('success', 'continued', 'gave_back') and claimed_at is not null;

    with moved as (
      update tasks.outbox o
      set attempt = o.attempt + 1, retries = o.retries + d.cost,
        snoozes = o.snoozes + (d.outcome in ('snooze', 'continued', 'interrupted'))::integer, claimed_at = null, claim_token = null,
        claimed_by = null, not_before = v_now + d.wait,
        dispatches = (d.wait <= tasks.longest_delay())::integer,
        -- What has begun in time does not expire between two attempts.
        expires_at = case d.outcome when 'gave_back' then o.expires_at end,
        visible_at = least(case d.outcome when 'gave_back' then o.expires_at end, v_now + d.wait
          + case when d.wait <= tasks.longest_delay() then tasks.patience(0) else interval '0' end)
      from unnest(v_decided) d
      where o.task_id = d.task_id and d.status is null
      returning o.*
    )
    select coalesce(jsonb_agg(tasks.wake(m, v_now)), '[]') into v_wakes from moved m where m.dispatches = 1;
    update tasks.task t set cursor = d.result from unnest(v_decided) d where t.id = d.task_id and d.outcome = 'continued';
  end if;

  v_final := tasks.write_ends(v_final, v_now);

  for v_group in
    update tasks.task_group g
    set remaining = g.remaining - ended.members, free = g.free + ended.slots,
      unsuccessful = g.unsuccessful + ended.unsuccessful,
      -- Moved now and then only: an update that changes no indexed column is a cheap one.
      check_at = case when g.cancelled_at is not null then v_now
        else greatest(g.check_at, case when g.check_at < v_now + interval '4 minutes' then v_now + interval '5 minutes' end) end
    from (
      select group_id, count(*) as members, count(*) filter (where held_slot) as slots,
        count(*) filter (where status <> 'SUCCESS') as unsuccessful
      from unnest(v_final) where group_id is not null and position is not null group by group_id
    ) ended
    where g.id = ended.group_id
    returning g.id, ended.unsuccessful > 0 as failed
  loop
    v_wakes := v_wakes || tasks.release(v_group.id, v_group.failed);
  end loop;
  if v_keyed then
    v_wakes := v_wakes || tasks.pass_on(v_decided);
  end if;

  return jsonb_build_object('ended', v_ended, 'wakes', v_wakes);
end
$$;

-- What follows from each ending whose fence holds.
create or replace function tasks.decide(p_token uuid, p_endings tasks.ending[], p_now timestamptz)
returns tasks.decision[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(row(o.task_id, o.attempt, e.outcome,
      case when not x.exhausted then e.result end,
      case when x.exhausted then coalesce(e.error, jsonb_build_object('type', 'AttemptsExhausted',
        'message', format('%s after %s snoozes, continues and interruptions, the most there may be', e.outcome, o.snoozes)))
        else e.error end,
      case
        when e.delay is not null then make_interval(secs => e.delay)
        when e.outcome = 'interrupted' then tasks.pause('1 second', '1 minute', e.before)
        when e.outcome = 'contended' and e.cost = 0 then tasks.pause('100 milliseconds', '5 seconds', e.before)
        when e.cost = 1 then tasks.backoff(coalesce(o.backoff_factor, k.backoff_factor),
          coalesce(o.backoff_cap, k.backoff_cap), o.retries)
        else interval '0'
      end,
      e.cost,
      case
        when e.outcome = 'success' then 'SUCCESS'
        when e.outcome = 'failure' then 'FAILURE'
        when e.outcome in ('revoked', 'expired') then 'REVOKED'
        when e.cost = 1 and o.retries >= o.max_retries then 'FAILURE'
        when x.exhausted then 'FAILURE'
      end,
      o.organization_id, o.group_id, o.position, o.not_before < 'infinity', o.claimed_at, o.claimed_by,
      o.limit_key
    )::tasks.decision)
    from (
      select e.*, b.before, (outcome in ('retry', 'timed_out', 'panicked', 'lost')
        or outcome = 'contended' and b.before >= 10)::integer as cost
      from unnest(p_endings) e
      -- How often it ended so before; asked only of what is nobody's doing of the task.
      left join lateral (
        select count(*)::integer as before from tasks.attempt_history h
        where e.outcome in ('interrupted', 'contended') and h.task_id = e.task_id and h.outcome = e.outcome
      ) b on true
    ) e
    join tasks.outbox o on o.task_id = e.task_id and o.attempt = e.attempt
    join tasks.kind k on k.kind = o.kind
    -- A cursor that leads nowhere any more is no result.
    cross join lateral (
      select e.outcome in ('snooze', 'continued', 'interrupted') and o.snoozes >= 10000 as exhausted
    ) x
    where case e.outcome
      when 'lost' then o.claimed_at is not null and o.visible_at <= p_now
      when 'expired' then o.claimed_at is null and o.expires_at <= p_now
      when 'revoked' then true
      else o.claim_token = p_token
    end
  );
end
$$;

-- Deletes the promises and writes the ends; with a callback's end also that of the task that waits for its group, with
-- the same result or error. A group that nobody waits for any longer is cancelled. Answers all that ended.
create or replace function tasks.write_ends(p_final tasks.decision[], p_now timestamptz) returns tasks.decision[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_step tasks.decision[] := p_final;
  v_all tasks.decision[] := p_final;
begin
  while v_step is not null loop
    with gone as (
      delete from tasks.outbox o using unnest(v_step) d where o.task_id = d.task_id returning o.awaits
    ), left_alone as (
      update tasks.task_group g
      set cancelled_at = coalesce(g.cancelled_at, p_now), check_at = p_now
      from gone where g.id = gone.awaits and g.remaining > 0
    ), ended as (
      update tasks.task t
      set status = d.status, result = d.result, error = d.error, attempt = d.attempt, finished_at = p_now,
        started_at = coalesce(d.claimed_at, t.started_at),
        failed_at = case when d.status <> 'SUCCESS' then p_now end,
        fingerprint = case when d.status = 'FAILURE' then tasks.fingerprint(d.error) end
      from unnest(v_step) d
      where t.id = d.task_id
      returning t.organization_id, t.kind, t.status, t.fingerprint
    )
    insert into tasks.tally (organization_id, kind, fingerprint, ended_at, succeeded, failed, revoked, dead)
    select organization_id, kind, fingerprint, p_now, count(*) filter (where status = 'SUCCESS'), count(fingerprint),
      count(*) filter (where status = 'REVOKED'), count(fingerprint)
    from ended where organization_id is not null group by organization_id, kind, fingerprint;

    exit when not exists (select from unnest(v_step) where group_id is not null and position is null);
    with closed as (
      -- A callback may be revoked or expire before its time: then the last member finishes the group.
      update tasks.task_group g set finished_at = case when g.remaining = 0 then p_now end
      from unnest(v_step) d where g.id = d.group_id and d.position is null
      returning g.id, g.parent_id, d.status, d.result, d.error
    )
    select array_agg(row(o.task_id, o.attempt, 'success', c.result, c.error, null, 0,
      case c.status when 'REVOKED' then 'FAILURE' else c.status end,
      o.organization_id, o.group_id, o.position, true, null, null, null)::tasks.decision)
    into v_step
    from closed c
    join tasks.outbox o on o.task_id = c.parent_id and o.awaits = c.id;
    v_all := v_all || v_step;
  end loop;
  return v_all;
end
$$;

-- What errors have in common that differ in ids and numbers only.
create or replace function tasks.fingerprint(error jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
return left(md5(concat(error ->> 'type', ':',
  regexp_replace(error ->> 'message', '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]+', '#', 'g'))), 16);

-- What a function says at the end of its attempts: success, failure, retry, snooze, timed_out, panicked, gave_back,
-- interrupted, contended, continued (result is the cursor).
-- p_endings: [{task_id, attempt, outcome, result, error, delay}], delay in seconds. Answers {ended, wakes}; what is not
-- in ended was superseded, and nothing of it was written.
create or replace function tasks.finish(p_token uuid, p_endings jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  -- A task ends once in a batch: said twice, it would be counted twice in its group.
  v_endings tasks.ending[] := array(
    select distinct on (e.task_id) e from jsonb_populate_recordset(null::tasks.ending, p_endings) e);
begin
  if exists (select from unnest(v_endings) where outcome not in
      ('success', 'failure', 'retry', 'snooze', 'timed_out', 'panicked', 'gave_back', 'interrupted', 'contended',
        'continued')) then
    raise exception 'outcome: not for a function to say' using errcode = 'invalid_parameter_value';
  end if;
  return tasks.settle(p_token, v_endings);
end
$$;

-- Ends attempts that succeeded, of tasks without a group and without a limit: nobody else is concerned. p_tasks is distinct and
-- sorted. Answers those that ended; the others were superseded, and nothing of them was written.
create or replace function tasks.succeed(p_token uuid, p_tasks uuid[], p_attempts integer[], p_results jsonb[])
returns uuid[]
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_ended uuid[];
  v_now timestamptz := clock_timestamp();
begin
  with gone as (
    delete from tasks.outbox o
    using unnest(p_tasks, p_attempts, p_results) e(task_id, attempt, result)
    where o.task_id = e.task_id and o.attempt = e.attempt and o.claim_token = p_token
      and o.group_id is null and o.limit_key is null
    returning e.task_id, e.attempt, e.result, o.claimed_at, o.organization_id, o.kind
  ), told as (
    insert into tasks.tally (organization_id, kind, ended_at, succeeded)
    select organization_id, kind, v_now, count(*) from gone where organization_id is not null group by organization_id, kind
  ), ended as (
    update tasks.task t
    set status = 'SUCCESS', attempt = gone.attempt, result = gone.result, error = null, finished_at = v_now,
      started_at = gone.claimed_at
    from gone where t.id = gone.task_id
    returning t.id
  )
  select coalesce(array_agg(id), '{}') into v_ended from ended;
  return v_ended;
end
$$;

-- Hands the claimed task over to a group: it stays STARTED, without function or lease, until the group's callback ends
-- it. Answers {ended, wakes} as finish does.
create or replace function tasks.hand_over(p_token uuid, p_task uuid, p_attempt integer, p_group jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  o tasks.outbox;
  v_inserted jsonb;
begin
  perform tasks.lock_limits(array[p_task]);
  -- From now on the outbox does not know any more when it began.
  update tasks.task t set started_at = h.claimed_at
  from (select claimed_at from tasks.outbox
    where task_id = p_task and attempt = p_attempt and claim_token = p_token for no key update) h
  where t.id = p_task;
  update tasks.outbox
  set attempt = attempt + 1, awaits = (p_group ->> 'id')::uuid, claimed_at = null, claim_token = null,
    claimed_by = null, visible_at = 'infinity', expires_at = null
  where task_id = p_task and attempt = p_attempt and claim_token = p_token
  returning * into o;
  if not found then
    return '{"ended": [], "wakes": []}';
  end if;
  v_inserted := tasks.insert_group(
    o.organization_id, (select user_id from tasks.task where id = p_task), p_task, p_group);
  return jsonb_build_object('ended', jsonb_build_array(p_task), 'wakes', (v_inserted -> 'wakes') || tasks.pass_on(
    array[jsonb_populate_record(null::tasks.decision,
      jsonb_build_object('organization_id', o.organization_id, 'limit_key', o.limit_key))]));
end
$$;
