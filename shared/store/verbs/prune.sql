-- Deletes ended tasks whose kind's retention is over, with their attempts and keys: at most p_limit, without waiting for
-- anybody's lock. An unfinished task has no finished_at, and what belongs to an unfinished group stays.
-- No index knows when a task ended: it would cost every task that ends. Instead a call looks at the next blocks of the
-- table, so many that with a call a minute every row is looked at once a day.
create or replace function tasks.prune(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_blocks bigint := pg_relation_size('tasks.task') / current_setting('block_size')::integer;
  v_from bigint;
  v_to bigint;
  v_oldest timestamptz := (select clock_timestamp() - min(retention) from tasks.kind);
  v_count integer;
begin
  select case when prune_block < v_blocks then prune_block else 0 end into v_from from tasks.relay;
  v_to := v_from + greatest(100, v_blocks / 1440);
  with old as (
    select t.id
    from tasks.task t
    join tasks.kind k on k.kind = t.kind
    where t.ctid >= format('(%s,0)', v_from)::tid and t.ctid < format('(%s,0)', v_to)::tid
      -- Most are younger than the shortest retention: their kind need not be looked up.
      and t.finished_at < v_oldest and t.finished_at < clock_timestamp() - k.retention
      and not exists (select from tasks.task_group g where g.id = t.group_id and g.finished_at is null)
    limit p_limit
  ), locked as (
    -- Asked again of the locked row: it may have begun anew since.
    select id from tasks.task where id = any (array(select id from old)) and finished_at is not null
    for update skip locked
  ), gone as (
    delete from tasks.task t using locked where t.id = locked.id returning t.organization_id, t.kind, t.fingerprint
  ), fewer as (
    insert into tasks.tally (organization_id, kind, fingerprint, dead)
    select organization_id, kind, fingerprint, -count(*) from gone where fingerprint is not null and organization_id is not null
    group by 1, 2, 3
  )
  select count(*) into v_count from gone;
  -- With as many as it may delete there may be more of them here.
  if v_count < p_limit then
    update tasks.relay set prune_block = v_to;
  end if;

  delete from tasks.task_group g
  where g.id in (
    select id from tasks.task_group
    where finished_at < clock_timestamp() - (select max(retention) from tasks.kind)
    limit p_limit
  );
  return v_count;
end
$$;
