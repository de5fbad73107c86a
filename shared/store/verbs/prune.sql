-- Deletes ended tasks whose kind's retention is over, with their attempts and keys: at most p_limit, oldest first, without
-- waiting for anybody's lock. An unfinished task has no finished_at, and what belongs to an unfinished group stays.
create or replace function tasks.prune(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_count integer;
begin
  with old as (
    select t.id
    from tasks.kind k
    cross join lateral (
      select id from tasks.task t
      where t.kind = k.kind and t.finished_at < clock_timestamp() - k.retention
        and not exists (select from tasks.task_group g where g.id = t.group_id and g.finished_at is null)
      order by t.finished_at
      limit p_limit
    ) t
    limit p_limit
  ), locked as (
    -- Asked again of the locked row: it may have begun anew since.
    select id from tasks.task where id in (select id from old) and finished_at is not null for update skip locked
  )
  delete from tasks.task t using locked where t.id = locked.id;
  get diagnostics v_count = row_count;

  delete from tasks.task_group g
  where g.id in (
    select id from tasks.task_group
    where finished_at < clock_timestamp() - (select max(retention) from tasks.kind)
    limit p_limit
  );
  return v_count;
end
$$;
