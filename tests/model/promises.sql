-- What is wrong at this moment, one sentence a row.
with member as (
  select group_id, count(*) as open, count(*) filter (where not_before < 'infinity') as in_flight
  from tasks.outbox where group_id is not null and position is not null group by group_id
), counted as (
  select g.*, coalesce(m.open, 0) as open, coalesce(m.in_flight, 0) as in_flight
  from tasks.task_group g left join member m on m.group_id = g.id
)
select format('task %s is %s and has %s promises', t.id, t.status, count(o.task_id))
from tasks.task t left join tasks.outbox o on o.task_id = t.id
group by t.id having (t.status = 'PENDING') <> (count(o.task_id) = 1)
union all
select format('group %s: remaining %s, rows %s', id, remaining, open) from counted where remaining <> open
union all
select format('group %s: free %s, window %s, in flight %s', id, free, window_size, in_flight)
from counted where free <> window_size - in_flight
union all
select format('group %s: window %s violated by %s', id, window_size, in_flight)
from counted where in_flight > window_size
union all
select format('group %s: total %s, members %s', g.id, g.total, count(t.id))
from tasks.task_group g left join tasks.task t on t.group_id = g.id and t.position is not null
group by g.id having g.total <> count(t.id)
union all
select format('group %s: a member waits, though there are %s places', id, free)
from counted where free > 0 and open > in_flight and cancelled_at is null
union all
select format('group %s is finished, with %s members open', id, open) from counted where finished_at is not null and open > 0
union all
select format('group %s: the callback is %s with %s members open', g.id,
  case when c.not_before = 'infinity' then 'held' else 'let go' end, g.open)
from counted g join tasks.outbox c on c.task_id = g.callback_id and c.group_id = g.id
where c.not_before = 'infinity' and g.open = 0
  -- One that had begun goes on, also if a member begins anew. Its row says so, but for one that was given back: that only
  -- counts its attempt on, as also one does that begins anew itself.
  or c.not_before < 'infinity' and g.open > 0 and c.attempt = 1
    and c.claimed_at is null and c.awaits is null and c.retries = 0 and c.snoozes = 0
union all
select format('group %s goes on, though nobody waits for it', g.id)
from counted g
where g.parent_id is not null and g.open > 0 and g.cancelled_at is null
  and not exists (select from tasks.outbox p where p.awaits = g.id)
union all
select format('task %s waits for a group whose callback has ended', p.task_id)
from tasks.outbox p join tasks.task_group g on g.id = p.awaits
where not exists (select from tasks.outbox c where c.task_id = g.callback_id)
union all
select format('task %s is held by no group', o.task_id)
from tasks.outbox o left join tasks.task_group g on g.id = o.group_id
where o.not_before = 'infinity' and (g.id is null or g.finished_at is not null)
union all
select format('task %s has no timer', task_id)
from tasks.outbox where awaits is null and not_before < 'infinity' and visible_at = 'infinity'
union all
select format('task %s is claimed, though held', task_id)
from tasks.outbox where claimed_at is not null and not_before = 'infinity'
union all
select format('task %s has a lease until %s', task_id, visible_at)
from tasks.outbox where claimed_at is not null and visible_at > clock_timestamp() + tasks.lease()
union all
select format('task %s would sleep through its expiry', task_id)
from tasks.outbox
where claimed_at is null and awaits is null and visible_at > expires_at and not_before < 'infinity'
union all
select format('%s tasks of %s run, at most %s may', count(*), l.key, l.max_running)
from tasks.task_limit l
join tasks.outbox o on o.limit_key = l.key and o.organization_id = l.organization_id and o.claimed_at is not null
group by l.organization_id, l.key, l.max_running having count(*) > l.max_running
union all
select format('task %s: status %s, finished %s, failed %s, attempt %s', id, status, finished_at, failed_at, attempt)
from tasks.task
where status not in ('PENDING', 'SUCCESS', 'FAILURE', 'REVOKED')
  or (status = 'PENDING') <> (finished_at is null) or (status = 'PENDING') <> (attempt is null)
  or (status in ('FAILURE', 'REVOKED')) <> (failed_at is not null)
union all
select format('task %s: attempt %s, retries %s of %s', task_id, attempt, retries, max_retries)
from tasks.outbox where attempt < 1 or retries not between 0 and max_retries
union all
select format('task %s: claimed at %s with %s, awaits %s', task_id, claimed_at, claim_token, awaits)
from tasks.outbox where (claimed_at is null) <> (claim_token is null) or awaits is not null and claimed_at is not null
