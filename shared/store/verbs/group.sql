-- Groups: members behind a window, a callback after the last of them.

-- Inserts a group, its callback and all its members in one statement's worth of work; answers the wake-up calls of
-- the members that may start. p_group: {id, window, callback: {kind, args}, members: [{kind, args}]}.
create or replace function tasks.insert_group(
  p_organization uuid, p_user uuid, p_parent uuid, p_group jsonb
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid := (p_group ->> 'id')::uuid;
  v_window integer := (p_group ->> 'window')::integer;
  v_total integer := jsonb_array_length(p_group -> 'members');
  v_callback uuid := tasks.uuid_v7();
  v_wakes jsonb;
begin
  insert into tasks.task_group (id, organization_id, callback_id, parent_id, total, remaining, window_size, free,
    next_position)
  values (v_id, p_organization, v_callback, p_parent, v_total, v_total, v_window,
    v_window - least(v_window, v_total), least(v_window, v_total));

  v_wakes := tasks.insert_tasks(p_organization, p_user, array[row(
    v_callback, p_group #>> '{callback,kind}', p_group #> '{callback,args}', p_parent, 0, null,
    v_id, null, v_total > 0)::tasks.new_task], true);

  return v_wakes || tasks.insert_tasks(p_organization, p_user, coalesce((
    select array_agg(row(tasks.uuid_v7(), m.value ->> 'kind', m.value -> 'args', p_parent, 0, null,
        v_id, (m.place - 1)::integer, m.place > v_window)::tasks.new_task order by m.place)
    from jsonb_array_elements(p_group -> 'members') with ordinality m(value, place)
  ), '{}'), true);
end
$$;

-- Lets go what the group may let go: its callback when no member is left, else as many members as the window has
-- places for. The caller holds the group's lock, so nobody else releases: no row is skipped, none released twice.
create or replace function tasks.release(p_group uuid) returns jsonb
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
    with fired as (
      update tasks.outbox o
      set not_before = v_now, visible_at = v_now + tasks.patience(0), dispatches = 1
      where o.task_id = g.callback_id and o.not_before = 'infinity'
      returning o.*
    )
    select jsonb_agg(tasks.wake(f, v_now)) into v_wakes from fired f;
  elsif g.free > 0 and g.cancelled_at is null then
    with next as (
      select task_id from tasks.outbox
      where group_id = p_group and position >= g.next_position and not_before = 'infinity'
      order by position limit g.free
      for no key update
    ), released as (
      update tasks.outbox o
      set not_before = v_now, visible_at = v_now + tasks.patience(0), dispatches = 1
      from next where o.task_id = next.task_id
      returning o.*
    )
    select jsonb_agg(tasks.wake(r, v_now) order by r.position), max(r.position), count(*)
    into v_wakes, v_last, v_count from released r;
    if v_count > 0 then
      update tasks.task_group set free = free - v_count, next_position = v_last + 1 where id = p_group;
    end if;
  end if;
  return coalesce(v_wakes, '[]');
end
$$;
