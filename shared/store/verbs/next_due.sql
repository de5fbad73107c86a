-- When the relay has something to do again: seconds from now, 0 if it is overdue, null if nothing is to come until somebody
-- starts a task. Asked where the database may sleep, at the end of a sweep. Retention is no reason to wake it.
create or replace function tasks.next_due() returns double precision
language sql volatile security definer set search_path = pg_catalog, pg_temp set jit = off
begin atomic
  select case when d.due is not null then greatest(extract(epoch from d.due - clock_timestamp()), 0) end::double precision
  from (select least(
    (select min(first.visible_at)
      from tasks.organizations() t(organization_id) cross join tasks.priorities() p(priority)
      cross join lateral (
        select o.visible_at from tasks.outbox o
        where o.organization_id = t.organization_id and o.priority = p.priority order by o.visible_at limit 1
      ) first
      where first.visible_at < 'infinity'),
    (select o.visible_at from tasks.outbox o
      where o.organization_id is null and o.visible_at < 'infinity' order by o.visible_at limit 1),
    (select min(b.next_at) from tasks.batch_operation b where b.finished_at is null),
    (select s.next_at from tasks.schedule s where s.paused_at is null order by s.next_at limit 1),
    (select min(g.check_at) from tasks.task_group g
      where g.finished_at is null
        -- A recount mends what a bug has left. As long as a task of the group has a timer, or a group of its own, that one
        -- wakes the relay, and the recount comes with it; a cancelled group is ended in pieces, by the clock.
        and (g.cancelled_at is not null and g.remaining > 0 or not exists (
          select from tasks.outbox o
          where o.group_id = g.id and (o.visible_at < 'infinity' or o.awaits is not null))))
  ) as due) d;
end;
