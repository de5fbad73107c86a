-- Batch operations: what somebody does to all tasks that a filter matches.

-- The next tasks that an operation is for, by id: the unfinished for a revoke, the failed and revoked for a retry.
create or replace function tasks.matching(b tasks.batch_operation, p_limit integer) returns setof uuid
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  if b.operation = 'retry' then
    return query
      select t.id from tasks.task t
      where t.organization_id = b.organization_id and t.failed_at is not null
        and (b.behind is null or t.id > b.behind)
        and (b.status is null or t.status = b.status)
        and (b.kind is null or t.kind = b.kind)
        and (b.fingerprint is null or t.fingerprint = b.fingerprint)
        and (b.parent_id is null or t.parent_id = b.parent_id)
        and (b.group_id is null or t.group_id = b.group_id)
        and (b.created_after is null or t.created_at >= b.created_after) and t.created_at < b.created_before
        and not tasks.hides_task(t.user_id, t.subject_id, t.group_id)
      order by t.id limit p_limit;
  else
    return query
      select t.id from tasks.outbox o join tasks.task t on t.id = o.task_id
      where o.organization_id = b.organization_id
        and (b.behind is null or o.task_id > b.behind)
        and (b.status is null or b.status = case
          when o.claimed_at is not null or o.awaits is not null then 'STARTED' when o.retries > 0 then 'RETRY' else 'PENDING' end)
        and (b.kind is null or o.kind = b.kind)
        and (b.parent_id is null or t.parent_id = b.parent_id)
        and (b.group_id is null or t.group_id = b.group_id)
        and (b.created_after is null or t.created_at >= b.created_after) and t.created_at < b.created_before
        and not tasks.hides_task(t.user_id, t.subject_id, t.group_id)
      order by o.task_id limit p_limit;
  end if;
end
$$;

-- Counts what an operation of the bound organization would be for, and begins it unless p_dry_run. Answers the row, with id null if it
-- was not begun; null if the organization has ten that are not through.
create or replace function tasks.begin_batch_operation(p_operation jsonb, p_dry_run boolean) returns tasks.batch_operation
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b tasks.batch_operation := jsonb_populate_record(null::tasks.batch_operation, p_operation);
begin
  b.organization_id := tasks.bound_organization();
  b.user_id := tasks.bound_user();
  b.created_at := clock_timestamp();
  b.created_before := least(b.created_before, b.created_at);
  b.next_at := b.created_at;
  b.behind := null; b.done := 0; b.skipped := 0;
  b.stopped_at := null; b.stopped_by := null; b.finished_at := null;
  b.matched := (select count(*) from tasks.matching(b, 1000001));
  if p_dry_run then
    b.id := null;
    return b;
  end if;
  if (select count(*) from tasks.batch_operation where organization_id = b.organization_id and finished_at is null) >= 10 then
    return null;
  end if;
  b.id := tasks.uuid_v7();
  delete from tasks.batch_operation
  where organization_id = b.organization_id and finished_at < clock_timestamp() - interval '90 days';
  insert into tasks.batch_operation select (b).*;
  return b;
end
$$;

-- Does the next portion of an operation that is not through: p_id of the bound organization, or for the relay the one that has waited
-- longest. Answers {id, wakes}, or null if there is nothing to do now.
create or replace function tasks.continue_batch_operation(p_id uuid, p_limit integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  b tasks.batch_operation;
  v_tasks uuid[];
  -- What its rate allows in half a minute: until the relay comes again.
  v_limit integer;
  v_done jsonb;
begin
  if p_id is not null then
    select * into b from tasks.batch_operation
    where id = p_id and organization_id = tasks.bound_organization() and finished_at is null and next_at <= clock_timestamp()
    for update skip locked;
  elsif pg_has_role(session_user, 'tasks_relay', 'member') then
    select * into b from tasks.batch_operation
    where finished_at is null and next_at <= clock_timestamp()
    order by next_at limit 1 for update skip locked;
  end if;
  if not found then
    return null;
  end if;
  v_limit := case when b.rate is null then p_limit else least(p_limit, greatest(1, (b.rate * 30)::integer)) end;
  -- The verbs act for the bound organization and its user, and so does the relay on behalf of who began it.
  perform set_config('app.organization_id', b.organization_id::text, true),
    set_config('app.user_id', coalesce(b.user_id::text, ''), true);
  v_tasks := array(select tasks.matching(b, v_limit));
  v_done := case b.operation
    when 'retry' then tasks.redrive(v_tasks, coalesce(1 / b.rate, 0))
    else tasks.revoke_all(v_tasks) end;
  update tasks.batch_operation
  set done = done + jsonb_array_length(v_done -> 'ids'),
    skipped = skipped + cardinality(v_tasks) - jsonb_array_length(v_done -> 'ids'),
    behind = coalesce(v_tasks[cardinality(v_tasks)], behind),
    next_at = clock_timestamp() + make_interval(secs => coalesce(cardinality(v_tasks) / b.rate, 0)),
    finished_at = case when cardinality(v_tasks) < v_limit then clock_timestamp() end
  where id = b.id;
  return jsonb_build_object('id', b.id, 'wakes', v_done -> 'wakes');
end
$$;

-- Ends unfinished tasks of the bound organization, and leaves the groups that they were handed over to to the relay. Answers {ids, wakes}:
-- those that had not ended before.
create or replace function tasks.revoke_all(p_tasks uuid[]) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  v_endings tasks.ending[];
  v_settled jsonb;
  v_ids jsonb := '[]';
  v_wakes jsonb := '[]';
begin
  -- An attempt may change between the look and the lock; then look again.
  loop
    select array_agg(row(task_id, attempt, 'revoked', null,
      jsonb_build_object('type', 'Revoked', 'message', 'revoked'), null)::tasks.ending)
    into v_endings
    from tasks.outbox where task_id = any (p_tasks) and organization_id = tasks.bound_organization();
    exit when v_endings is null;
    v_settled := tasks.settle(null, v_endings);
    v_ids := v_ids || (select coalesce(jsonb_agg(id), '[]') from jsonb_array_elements(v_settled -> 'ended') id
      where (id #>> '{}')::uuid = any (p_tasks));
    v_wakes := v_wakes || (v_settled -> 'wakes');
  end loop;
  return jsonb_build_object('ids', v_ids, 'wakes', v_wakes);
end
$$;

-- Stops an operation of the bound organization: what is done stays done. False if it has none such that is not through.
create or replace function tasks.stop_batch_operation(p_id uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update tasks.batch_operation
  set stopped_at = clock_timestamp(), stopped_by = tasks.bound_user(), finished_at = clock_timestamp()
  where id = p_id and organization_id = tasks.bound_organization() and finished_at is null;
  return found;
end
$$;
