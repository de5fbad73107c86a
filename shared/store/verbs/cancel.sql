-- What a tenant may do to its unfinished and ended tasks.

-- Cancels a group, and every group that a member of it was handed over to, at any depth: from this commit on nothing of them
-- is released or claimed. Ends at most 1,000 members; call again while left > 0, or leave the rest to the relay. Answers
-- {ended, wakes, left}, or null if there is no such group unfinished.
create or replace function tasks.cancel_group(p_group uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_cancelled uuid[];
  v_settled jsonb;
  v_below jsonb;
  v_one uuid;
begin
  perform from tasks.task_group
  where id = p_group and organization_id = tasks.bound_organization() and not tasks.hides_group(id);
  if not found then
    return null;
  end if;
  v_cancelled := tasks.groups_below(p_group);
  perform from tasks.task_group where id = any (v_cancelled) order by id for no key update;
  update tasks.task_group
  set cancelled_at = coalesce(cancelled_at, clock_timestamp()), check_at = clock_timestamp()
  where id = any (v_cancelled) and finished_at is null and (remaining > 0 or id = p_group);
  if not found then
    return null;
  end if;
  -- From the top down: so a member ends for its group's sake, and not with the callback of its own.
  foreach v_one in array v_cancelled loop
    v_below := tasks.end_cancelled(v_one, 1000 - coalesce(jsonb_array_length(v_settled -> 'ended'), 0));
    v_settled := case when v_settled is null then v_below else jsonb_build_object(
      'ended', (v_settled -> 'ended') || (v_below -> 'ended'), 'wakes', (v_settled -> 'wakes') || (v_below -> 'wakes'),
      'left', (v_settled ->> 'left')::integer + (v_below ->> 'left')::integer) end;
  end loop;
  return v_settled;
end
$$;

-- A group and the groups with unfinished members below it, from the top down: those that members were handed over to, also if
-- the members have ended since.
create or replace function tasks.groups_below(p_group uuid) returns uuid[]
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
  with recursive below as (
    select p_group as id, 0 as depth
    union
    select inner_group.id, b.depth + 1
    from below b
    cross join lateral (
      select o.awaits as id from tasks.outbox o where o.group_id = b.id and o.position is not null and o.awaits is not null
      union
      select c.id from tasks.task_group c
      join tasks.task t on t.id = c.parent_id
      where c.cancelled_at is not null and c.finished_at is null and t.group_id = b.id and t.position is not null
    ) inner_group
  )
  select array_agg(b.id order by b.depth, b.id) from below b
  join tasks.task_group g on g.id = b.id
  where b.depth = 0 or g.remaining > 0;
end;

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
  perform from tasks.task
  where id = p_task and organization_id = tasks.bound_organization()
    and not tasks.hides_task(user_id, subject_id, group_id);
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

-- Begins an ended task anew, with its whole budget, from its saved cursor if it has one; the attempt counts on. A member counts
-- again and waits for a place, also of a group that had ended: that begins again with it. A callback waits for the members of
-- its group. Answers {wakes}; {refused} with the reason; or null if the bound organization has no such task or it has not
-- failed or been revoked.
create or replace function tasks.retry_ended(p_task uuid, p_countdown double precision default 0) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  t tasks.task;
  g tasks.task_group;
  o tasks.outbox;
  v_now timestamptz;
begin
  select * into t from tasks.task where id = p_task and organization_id = tasks.bound_organization();
  if not found or tasks.hides_task(t.user_id, t.subject_id, t.group_id) then
    return null;
  end if;
  if t.group_id is not null then
    select * into g from tasks.task_group where id = t.group_id for no key update;
  end if;
  select * into t from tasks.task where id = p_task for no key update;
  -- Not found: deleted for its age, while this waited for the lock.
  if not found or t.status not in ('FAILURE', 'REVOKED') then
    return null;
  end if;
  v_now := clock_timestamp();
  if g.remaining > 0 and g.cancelled_at is not null then
    return '{"refused": "Its group is being cancelled: it can be begun anew when the members of that have ended."}';
  elsif g.id is null then
    o := tasks.begin_anew(t, null, v_now, p_countdown);
    return jsonb_build_object('wakes', case when o.dispatches = 1 then jsonb_build_array(tasks.wake(o, v_now)) else '[]' end);
  elsif t.position is not null and g.parent_id is not null
    and not exists (select from tasks.outbox where task_id = g.parent_id and awaits = g.id)
  then
    return '{"refused": "The task that waited for its group has ended: begin that one anew."}';
  elsif t.position is not null then
    return jsonb_build_object('wakes', tasks.readmit(g, t, v_now, p_countdown));
  end if;
  o := tasks.begin_anew(t, g.remaining > 0, v_now, p_countdown);
  update tasks.task_group set finished_at = null, check_at = v_now + interval '5 minutes' where id = g.id;
  return jsonb_build_object('wakes', case when o.dispatches = 1 then jsonb_build_array(tasks.wake(o, v_now)) else '[]' end);
end
$$;

-- Takes an ended member back into its group, whose lock the caller holds. If the group's callback has not begun, it waits for this
-- member too; so does one that was revoked because members did not succeed, and not one that ran: a callback follows its
-- group once. Answers the wake-up calls.
create or replace function tasks.readmit(
  g tasks.task_group, t tasks.task, p_now timestamptz, p_countdown double precision
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_callback tasks.task;
begin
  perform tasks.begin_anew(t, true, p_now, p_countdown);
  update tasks.task_group
  set remaining = remaining + 1, next_position = least(next_position, t.position), unsuccessful = unsuccessful - 1,
    cancelled_at = null, finished_at = null, check_at = p_now + interval '5 minutes'
  where id = g.id;
  if g.remaining = 0 and g.callback_id is not null then
    update tasks.outbox
    set begin_at = case when not_before > p_now then not_before end, not_before = 'infinity',
      visible_at = coalesce(expires_at, 'infinity'), dispatches = 0, limited = false
    where task_id = g.callback_id and group_id = g.id and claimed_at is null and awaits is null and retries = 0 and snoozes = 0;
    if not found then
      select * into v_callback from tasks.task
      where id = g.callback_id and status = 'REVOKED' and error ->> 'type' = 'GroupFailed' for no key update;
      if found then
        perform tasks.begin_anew(v_callback, true, p_now, 0);
      end if;
    end if;
  end if;
  return tasks.release(g.id);
end
$$;

-- Makes an ended task an open promise again. p_held: null outside of groups, true if its group holds it back.
create or replace function tasks.begin_anew(
  t tasks.task, p_held boolean, p_now timestamptz, p_countdown double precision
) returns tasks.outbox
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  o tasks.outbox;
  v_run_at timestamptz := p_now + make_interval(secs => p_countdown);
  v_kicked boolean := p_held is not true and p_countdown <= extract(epoch from tasks.longest_delay());
begin
  update tasks.task
  set status = 'PENDING', finished_at = null, attempt = null, result = null, error = null, failed_at = null,
    fingerprint = null, started_at = null
  where id = t.id;
  if t.fingerprint is not null and t.organization_id is not null then
    insert into tasks.tally (organization_id, kind, fingerprint, dead) values (t.organization_id, t.kind, t.fingerprint, -1);
  end if;
  insert into tasks.outbox (task_id, organization_id, kind, version, attempt, max_retries, group_id, position, not_before,
    visible_at, begin_at, dispatches, backoff_factor, backoff_cap, priority, limit_key)
  select t.id, t.organization_id, t.kind, t.version, t.attempt + 1,
    coalesce((t.options ->> 'max_retries')::integer, k.max_retries),
    case when p_held is not null then t.group_id end, case when p_held is not null then t.position end,
    case when p_held then 'infinity' else v_run_at end,
    case when p_held then 'infinity' when v_kicked then v_run_at + tasks.patience(0) else v_run_at end,
    case when p_held and p_countdown > 0 then v_run_at end,
    v_kicked::integer,
    make_interval(secs => (t.options ->> 'backoff_factor')::double precision),
    make_interval(secs => (t.options ->> 'backoff_cap')::double precision),
    coalesce((t.options ->> 'priority')::smallint, 0), t.options ->> 'limit_key'
  from tasks.kind k where k.kind = t.kind
  returning * into o;
  return o;
end
$$;
