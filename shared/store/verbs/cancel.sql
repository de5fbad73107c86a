-- What a tenant may do to its unfinished and ended tasks.

-- Cancels a group: from this commit on nothing of it is released or claimed. Ends at most 1,000 members; call again while
-- left > 0, or leave the rest to the relay. Answers {ended, wakes, left}, or null if there is no such group unfinished.
create or replace function tasks.cancel_group(p_group uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from tasks.task_group
  where id = p_group and organization_id = tasks.bound_organization() and finished_at is null
  for no key update;
  if not found then
    return null;
  end if;
  update tasks.task_group
  set cancelled_at = coalesce(cancelled_at, clock_timestamp()), check_at = clock_timestamp()
  where id = p_group;
  return tasks.end_cancelled(p_group, 1000);
end
$$;

-- Ends an unfinished task: before it begins, or while it runs, whose function notices within seconds. A task that was
-- handed over to a group takes the group with it. Answers {ended, wakes, left}; ended is empty if it had ended before;
-- null if the bound organization has no such task.
create or replace function tasks.revoke(p_task uuid, p_reason text default 'revoked') returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_attempt integer;
  v_group uuid;
  v_settled jsonb := '{"ended": [], "wakes": []}';
  v_cancelled jsonb;
begin
  perform from tasks.task where id = p_task and organization_id = tasks.bound_organization();
  if not found then
    return null;
  end if;
  -- The attempt may change between the look and the lock; then look again.
  loop
    select attempt, awaits into v_attempt, v_group from tasks.outbox where task_id = p_task;
    exit when not found;
    v_settled := tasks.settle(null, array[row(p_task, v_attempt, 'revoked', null,
      jsonb_build_object('type', 'Revoked', 'message', p_reason), null)::tasks.ending]);
    exit when jsonb_array_length(v_settled -> 'ended') > 0;
  end loop;
  if v_group is not null then
    v_cancelled := tasks.cancel_group(v_group);
    v_settled := jsonb_set(v_settled, '{wakes}', (v_settled -> 'wakes') || coalesce(v_cancelled -> 'wakes', '[]'));
  end if;
  return v_settled || jsonb_build_object('left', coalesce(v_cancelled -> 'left', '0'), 'group_id', v_group);
end
$$;

-- Begins an ended task anew, with its whole budget, from its saved cursor if it has one; the attempt counts on. In an unfinished group it waits for a place and
-- is counted again; in a finished one it runs alone. Answers {wakes}, or null if the bound organization has no such task
-- or it has not failed or been revoked.
create or replace function tasks.retry_ended(p_task uuid, p_countdown double precision default 0) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  t tasks.task;
  g tasks.task_group;
  o tasks.outbox;
  v_now timestamptz;
  v_held boolean;
  v_run_at timestamptz;
  v_wakes jsonb := '[]';
begin
  select * into t from tasks.task where id = p_task and organization_id = tasks.bound_organization();
  if not found then
    return null;
  end if;
  if t.group_id is not null and t.position is not null then
    select * into g from tasks.task_group where id = t.group_id for no key update;
  end if;
  select * into t from tasks.task where id = p_task for no key update;
  -- Not found: deleted for its age, while this waited for the lock.
  if not found or t.status not in ('FAILURE', 'REVOKED') then
    return null;
  end if;
  v_now := clock_timestamp();
  v_held := g.remaining > 0 and g.cancelled_at is null;
  v_run_at := v_now + make_interval(secs => p_countdown);

  update tasks.task
  set status = 'PENDING', finished_at = null, attempt = null, result = null, error = null, failed_at = null,
    fingerprint = null
  where id = p_task;
  insert into tasks.outbox (task_id, organization_id, kind, version, attempt, max_retries, group_id, position, not_before,
    visible_at, dispatches, backoff_factor, backoff_cap, priority, limit_key)
  select t.id, t.organization_id, t.kind, t.version, t.attempt + 1,
    coalesce((t.options ->> 'max_retries')::integer, k.max_retries),
    case when v_held then t.group_id end, case when v_held then t.position end,
    case when v_held then 'infinity' else v_run_at end,
    case when v_held then 'infinity' when p_countdown <= 900 then v_run_at + tasks.patience(0) else v_run_at end,
    (not coalesce(v_held, false) and p_countdown <= 900)::integer,
    make_interval(secs => (t.options ->> 'backoff_factor')::double precision),
    make_interval(secs => (t.options ->> 'backoff_cap')::double precision),
    coalesce((t.options ->> 'priority')::smallint, 0), t.options ->> 'limit_key'
  from tasks.kind k where k.kind = t.kind
  returning * into o;
  if v_held then
    update tasks.task_group
    set remaining = remaining + 1, next_position = least(next_position, t.position),
      unsuccessful = unsuccessful - 1
    where id = g.id;
    v_wakes := tasks.release(g.id);
  elsif o.dispatches = 1 then
    v_wakes := jsonb_build_array(tasks.wake(o, v_now));
  end if;
  return jsonb_build_object('wakes', v_wakes);
end
$$;
