-- Groups: members behind a window, a callback after the last of them.

-- Takes a key for a new group: null, or {ids, callback_id, group_id} of the older group of the same request that has it. The key is one of
-- the group's first task, its callback if it has no member, and lives as long.
create or replace function tasks.take_group_key(p_organization uuid, p_group jsonb, p_new tasks.new_task[]) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  -- No kind is called so.
  v_kind constant text := 'a group';
  v_key text := p_group ->> 'idempotency_key';
  v_hash text := encode(sha256(convert_to((jsonb_build_object('policy', 'all_ended', 'stops_on_failure', false)
    || jsonb_strip_nulls(p_group - '{id,members,callback,kicked,idempotency_key}'::text[])
    || jsonb_build_object('members', jsonb_array_length(p_group -> 'members'),
      'tasks', array(select tasks.request_hash(n) from unnest(p_new) n))
    )::text, 'UTF8')), 'hex');
  older record;
begin
  if length(v_key) not between 1 and 255 then
    perform tasks.refuse('idempotency_key', 'must have 1 to 255 characters', 0);
  elsif p_new[1].id is null then
    perform tasks.refuse('idempotency_key', 'needs a member or a callback, which keeps it', 0);
  end if;
  insert into tasks.idempotency (organization_id, kind, key, task_id, request_hash)
  values (p_organization, v_kind, v_key, p_new[1].id, v_hash) on conflict do nothing;

  -- A statement of its own: only now is a rival's row seen that the insert waited for.
  select i.task_id, i.request_hash, t.group_id, tasks.hides_task(t.user_id, t.subject_id, t.group_id) as hidden into strict older
  from tasks.idempotency i left join tasks.task t on t.id = i.task_id
  where i.kind = v_kind and i.key = v_key
    and (i.organization_id = p_organization or i.organization_id is null and p_organization is null);
  if older.task_id = p_new[1].id then
    return null;
  elsif older.request_hash <> v_hash or older.hidden then
    perform tasks.refuse('idempotency_key', 'was used for another request', 0);
  end if;
  return (
    select jsonb_build_object('group_id', g.id, 'callback_id', g.callback_id, 'wakes', '[]'::jsonb, 'ids', coalesce(
      (select jsonb_agg(t.id order by t.position) from tasks.task t where t.group_id = g.id and t.position is not null), '[]'))
    from tasks.task_group g where g.id = older.group_id);
end
$$;

-- Inserts a group, its callback and all its members in one commit. p_group: {id, window, callback: {kind, args}?,
-- members: [a task as enqueue_all takes it], policy?, stops_on_failure?, kicked?, idempotency_key?}. Answers {ids: of the members, callback_id,
-- wakes: of those that may start}, which the caller promises to send after its commit, unless it says "kicked": false: then the
-- relay or tasks.kick does.
create or replace function tasks.insert_group(
  p_organization uuid, p_user uuid, p_parent uuid, p_group jsonb
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid := (p_group ->> 'id')::uuid;
  v_window integer := (p_group ->> 'window')::integer;
  v_total integer := jsonb_array_length(p_group -> 'members');
  v_calls_back boolean := coalesce(jsonb_typeof(p_group -> 'callback') = 'object', false);
  v_new tasks.new_task[] := tasks.read_new(case when v_calls_back
    then (p_group -> 'members') || (p_group -> 'callback') else p_group -> 'members' end);
  v_callback uuid := v_new[v_total + 1].id;
  v_older jsonb;
begin
  if v_window is null or v_window not between 1 and 64 then
    raise exception 'window: must be between 1 and 64' using errcode = 'invalid_parameter_value', column = 'window';
  end if;

  if p_group ->> 'idempotency_key' is not null then
    v_older := tasks.take_group_key(p_organization, p_group, v_new);
    if v_older is not null then
      return v_older;
    end if;
  end if;

  insert into tasks.task_group (id, organization_id, callback_id, parent_id, total, remaining, window_size, free, next_position,
    policy, stops_on_failure, finished_at, user_id, subject_id)
  values (v_id, p_organization, v_callback, p_parent, v_total, v_total, v_window, v_window - least(v_window, v_total),
    least(v_window, v_total), coalesce(p_group ->> 'policy', 'all_ended'),
    coalesce((p_group ->> 'stops_on_failure')::boolean, false),
    case when v_total = 0 and not v_calls_back then clock_timestamp() end,
    p_user, tasks.subject_of_task(p_parent, p_organization, p_user));

  -- The callback is the one behind the last member: so an error's place tells which of them is meant.
  return tasks.insert_tasks(p_organization, p_user, array(
    select row(n.id, n.kind, n.args, coalesce(n.parent_id, p_parent), n.countdown, n.max_retries, v_id,
      case when n.ordinality <= v_total then n.ordinality - 1 end,
      case when n.ordinality <= v_total then n.ordinality > v_window else v_total > 0 end,
      n.eta, n.expires_in, n.expires_at, n.backoff_factor, n.backoff_cap, n.time_limit, n.priority, n.limit_key, n.headers,
      null, null)::tasks.new_task
    from unnest(v_new) with ordinality n
  ), coalesce((p_group ->> 'kicked')::boolean, true)) || jsonb_build_object('callback_id', v_callback, 'ids', coalesce((
    select jsonb_agg(id order by ordinality) from unnest(v_new) with ordinality where ordinality <= v_total), '[]'));
end
$$;

-- Starts a group of the bound organization, in the caller's transaction; see insert_group.
create or replace function tasks.enqueue_group(p_group jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_group jsonb := p_group;
begin
  perform tasks.check_names(p_group, '{id,window,members,callback,policy,stops_on_failure,kicked,idempotency_key}');
  if jsonb_typeof(p_group -> 'members') is distinct from 'array' then
    perform tasks.refuse('members', 'must be a list', 0);
  elsif coalesce(p_group ->> 'id', '') !~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' then
    perform tasks.refuse('id', 'must be a UUID', 0);
  elsif coalesce(p_group ->> 'window', '') !~ '^[0-9]{1,3}$' then
    perform tasks.refuse('window', 'must be between 1 and 64', 0);
  elsif coalesce(p_group ->> 'policy', 'all_ended') not in ('all_ended', 'all_succeeded') then
    perform tasks.refuse('policy', 'must be all_ended or all_succeeded', 0);
  elsif jsonb_typeof(p_group -> 'stops_on_failure') not in ('boolean', 'null') then
    perform tasks.refuse('stops_on_failure', 'must be true or false', 0);
  elsif jsonb_typeof(p_group -> 'kicked') not in ('boolean', 'null') then
    perform tasks.refuse('kicked', 'must be true or false', 0);
  elsif jsonb_typeof(p_group -> 'idempotency_key') not in ('string', 'null') then
    perform tasks.refuse('idempotency_key', 'must be a string', 0);
  end if;
  v_group := jsonb_set(v_group, '{members}', tasks.read_options(p_group -> 'members'));
  if jsonb_typeof(p_group -> 'callback') = 'object' then
    v_group := jsonb_set(v_group, '{callback}', tasks.read_options(jsonb_build_array(p_group -> 'callback')) -> 0);
  elsif jsonb_typeof(p_group -> 'callback') <> 'null' then
    perform tasks.refuse('callback', 'must be an object', 0);
  end if;
  return tasks.insert_group(tasks.owner_of_new(), tasks.bound_user(), null, v_group);
end
$$;

-- Lets go what the group may let go: its callback when no member is left, else as many members as the window has
-- places for. The caller holds the group's lock, so nobody else releases: no row is skipped, none released twice.
-- p_failed: a member has just ended without success, which stops a chain.
create or replace function tasks.release(p_group uuid, p_failed boolean default false) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  g tasks.task_group;
  v_now timestamptz := clock_timestamp();
  v_wakes jsonb;
  v_last integer;
  v_count integer;
begin
  select * into g from tasks.task_group where id = p_group;
  if g.remaining = 0 then
    return tasks.fire(g);
  elsif g.cancelled_at is null and g.stops_on_failure and p_failed then
    update tasks.task_group set cancelled_at = v_now, check_at = v_now where id = p_group;
    return tasks.end_cancelled(p_group, 1000) -> 'wakes';
  elsif g.cancelled_at is null and g.free > 0 then
    with next as (
      select task_id from tasks.outbox
      where group_id = p_group and position >= g.next_position and not_before = 'infinity'
      order by position limit g.free
      for no key update
    ), released as (
      update tasks.outbox o
      set not_before = greatest(v_now, o.begin_at), begin_at = null, dispatches = tasks.can_wait(o.begin_at, v_now),
        visible_at = least(o.expires_at, tasks.first_look(o.begin_at, v_now))
      from next where o.task_id = next.task_id
      returning o.*
    )
    select jsonb_agg(tasks.wake(r, v_now) order by r.position) filter (where r.dispatches = 1), max(r.position), count(*)
    into v_wakes, v_last, v_count from released r;
    if v_count > 0 then
      update tasks.task_group set free = free - v_count, next_position = v_last + 1 where id = p_group;
    end if;
  end if;
  return coalesce(v_wakes, '[]');
end
$$;

-- Fires the callback, which cannot fail: it only sets the timers of a task that was checked when the group was made.
-- Under the policy all_succeeded a group with an unsuccessful member ends its callback instead.
create or replace function tasks.fire(g tasks.task_group) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_wakes jsonb;
  v_attempt integer;
begin
  if not exists (select from tasks.outbox where task_id = g.callback_id and group_id = g.id) then
    update tasks.task_group set finished_at = v_now where id = g.id and finished_at is null;
  elsif g.policy = 'all_succeeded' and g.unsuccessful > 0 then
    select attempt into v_attempt from tasks.outbox where task_id = g.callback_id and not_before = 'infinity';
    if found then
      return tasks.settle(null, array[row(g.callback_id, v_attempt, 'revoked', null, jsonb_build_object(
        'type', 'GroupFailed', 'message', format('%s of %s members did not succeed', g.unsuccessful, g.total)),
        null)::tasks.ending]) -> 'wakes';
    end if;
  else
    with fired as (
      update tasks.outbox o
      set not_before = greatest(v_now, o.begin_at), begin_at = null, dispatches = tasks.can_wait(o.begin_at, v_now),
        visible_at = least(o.expires_at, tasks.first_look(o.begin_at, v_now))
      where o.task_id = g.callback_id and o.not_before = 'infinity'
      returning o.*
    )
    select jsonb_agg(tasks.wake(f, v_now)) filter (where f.dispatches = 1) into v_wakes from fired f;
  end if;
  return coalesce(v_wakes, '[]');
end
$$;

-- Ends members of a cancelled group, at most p_limit of them. Answers as settle does, and how many members are left.
create or replace function tasks.end_cancelled(p_group uuid, p_limit integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_endings tasks.ending[];
  v_settled jsonb := '{"ended": [], "wakes": []}';
begin
  select array_agg(row(task_id, attempt, 'revoked', null,
    jsonb_build_object('type', 'Cancelled', 'message', 'its group was cancelled'), null)::tasks.ending)
  into v_endings
  from (
    select task_id, attempt from tasks.outbox
    where group_id = p_group and position is not null
    order by position limit p_limit
  ) member;
  if v_endings is not null then
    v_settled := tasks.settle(null, v_endings);
  end if;
  return v_settled || jsonb_build_object('left', (select remaining from tasks.task_group where id = p_group));
end
$$;
