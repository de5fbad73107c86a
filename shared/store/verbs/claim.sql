-- Takes the attempts that an SQS batch asks for: one statement, one commit, whatever the size of the batch.
-- p_asked: [{task_id, attempt}], distinct by task. Each is answered with an outcome:
--   claimed (with everything the handler needs), or why not: ended, superseded, taken, early (with the wait),
--   expired, cancelled, newer (a contract this function does not know), unknown.
create or replace function tasks.claim(
  p_kind text, p_asked jsonb, p_token uuid, p_version integer, p_claimed_by text
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids uuid[] := array(select (a ->> 'task_id')::uuid from jsonb_array_elements(p_asked) a);
  v_now timestamptz;
  v_answers jsonb;
begin
  if session_user <> 'task_' || p_kind and not pg_has_role(session_user, 'tasks_engine', 'member') then
    raise exception 'role % may not claim tasks of the kind %', session_user, p_kind
      using errcode = 'insufficient_privilege';
  end if;

  perform from tasks.outbox where task_id = any (v_ids) order by task_id for no key update;
  v_now := clock_timestamp();

  with asked as (
    select task_id, attempt from jsonb_to_recordset(p_asked) as a(task_id uuid, attempt integer)
  ), judged as materialized (
    select a.task_id, a.attempt,
      case
        when t.id is null then 'unknown'
        when o.task_id is null then 'ended'
        when o.attempt <> a.attempt or o.awaits is not null then 'superseded'
        when o.claim_token = p_token then 'claimed'
        when o.claimed_at is not null then 'taken'
        when o.kind <> p_kind then 'unknown'
        when o.expires_at <= v_now then 'expired'
        when g.cancelled_at is not null then 'cancelled'
        when o.not_before > v_now + interval '1 second' then 'early'
        when o.version > p_version then 'newer'
        else 'claimed'
      end as outcome,
      o.not_before
    from asked a
    left join tasks.task t on t.id = a.task_id
    left join tasks.outbox o on o.task_id = a.task_id
    left join tasks.task_group g on g.id = o.group_id and o.position is not null
  ), taken as (
    update tasks.outbox o
    set claimed_at = v_now, claim_token = p_token, claimed_by = p_claimed_by, visible_at = v_now + tasks.lease()
    from judged j
    where o.task_id = j.task_id and j.outcome = 'claimed'
    returning o.*
  )
  select jsonb_agg(jsonb_build_object('task_id', j.task_id, 'attempt', j.attempt, 'outcome', j.outcome)
    || case j.outcome
      when 'claimed' then jsonb_build_object('args', t.args, 'organization_id', t.organization_id,
        'user_id', t.user_id, 'retries', o.retries, 'max_retries', o.max_retries)
      when 'early' then jsonb_build_object('wait_seconds',
        case when j.not_before < 'infinity' then extract(epoch from j.not_before - v_now) end)
      else '{}'
    end)
  into v_answers
  from judged j
  left join taken o on o.task_id = j.task_id
  left join tasks.task t on t.id = o.task_id;
  return coalesce(v_answers, '[]');
end
$$;

-- Says that the invocation lives and its handlers have begun; answers which of its claims still hold.
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
  set visible_at = clock_timestamp() + tasks.lease(), began = true
  from held where o.task_id = held.task_id;
  return array(select task_id from tasks.outbox where task_id = any (p_tasks) and claim_token = p_token);
end
$$;
