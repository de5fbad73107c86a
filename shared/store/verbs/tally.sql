-- Adds at most p_limit lines up that ends have left; answers how many. Any number of relays may do so at once: each line is one's.
create or replace function tasks.add_up(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_lines tasks.tally[];
begin
  with taken as (
    delete from tasks.tally
    where ctid = any (array(select ctid from tasks.tally limit p_limit for update skip locked))
    returning tally
  )
  select array_agg(tally) into v_lines from taken;

  insert into tasks.ended_tasks as e (organization_id, kind, since, succeeded, failed, revoked)
  select organization_id, kind, date_trunc('minute', ended_at), sum(succeeded), sum(failed), sum(revoked)
  from unnest(v_lines) where succeeded + failed + revoked > 0 group by 1, 2, 3 order by 1, 2, 3
  on conflict (organization_id, kind, since) do update
  set succeeded = e.succeeded + excluded.succeeded, failed = e.failed + excluded.failed,
    revoked = e.revoked + excluded.revoked;

  insert into tasks.dead_letter as d (organization_id, kind, fingerprint, count)
  select organization_id, kind, fingerprint, sum(dead)
  from unnest(v_lines) where dead <> 0 group by 1, 2, 3 having sum(dead) <> 0 order by 1, 2, 3
  on conflict (organization_id, kind, fingerprint) do update set count = d.count + excluded.count;
  delete from tasks.dead_letter
  where count = 0 and (organization_id, kind, fingerprint) in (
    select organization_id, kind, fingerprint from unnest(v_lines) where dead < 0);
  return coalesce(cardinality(v_lines), 0);
end
$$;

-- Keeps what was added up small and true: minutes become hours after a day, hours go after eight days, and some errors are counted
-- anew, those first that were not for the longest time. A failure that an earlier release wrote while this one came is found so.
create or replace function tasks.tidy_tally(p_limit integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  d tasks.dead_letter;
  v_count integer;
begin
  delete from tasks.ended_tasks where since < clock_timestamp() - interval '8 days';
  -- The first minute of an hour becomes its hour.
  with old as (
    delete from tasks.ended_tasks
    where (organization_id, kind, since) in (
      select organization_id, kind, since from tasks.ended_tasks
      where since < clock_timestamp() - interval '25 hours' and since <> date_trunc('hour', since, 'UTC')
      order by since limit p_limit * 50 for update skip locked)
    returning *
  )
  insert into tasks.ended_tasks as e (organization_id, kind, since, succeeded, failed, revoked)
  select organization_id, kind, date_trunc('hour', since, 'UTC'), sum(succeeded), sum(failed), sum(revoked)
  from old group by 1, 2, 3 order by 1, 2, 3
  on conflict (organization_id, kind, since) do update
  set succeeded = e.succeeded + excluded.succeeded, failed = e.failed + excluded.failed,
    revoked = e.revoked + excluded.revoked;

  for d in
    select * from tasks.dead_letter order by counted_at limit p_limit for update skip locked
  loop
    update tasks.dead_letter
    set counted_at = clock_timestamp(), count = (
      select count(*) from tasks.task t
      where t.organization_id = d.organization_id and t.kind = d.kind and t.fingerprint = d.fingerprint
    ) - (
      -- Lines that are not added up yet, or by a relay that waits for this row.
      select coalesce(sum(dead), 0) from tasks.tally t
      where t.organization_id = d.organization_id and t.kind = d.kind and t.fingerprint = d.fingerprint
    )
    where organization_id = d.organization_id and kind = d.kind and fingerprint = d.fingerprint
    returning count into v_count;
    if v_count = 0 then
      delete from tasks.dead_letter
      where organization_id = d.organization_id and kind = d.kind and fingerprint = d.fingerprint;
    end if;
  end loop;
end
$$;
