-- The rows only if the first of them says so: it is found by an index.
select 'fault', format('%s%s tasks of %s are overdue, since %s at most', case when count(*) > 10000 then 'at least ' end, count(*), kind,
    date_trunc('second', max(clock_timestamp() - visible_at))),
  'If the relay runs, it cannot keep up: raise MaximumConcurrency, or look at Postgres; `rhesis-tasks why` tells of one task.'
from (
  select o.kind, o.visible_at from tasks.outbox o
  where (select tasks.lag()) > 120 and o.visible_at < clock_timestamp() - interval '2 minutes' limit 10001
) late
group by kind order by count(*) desc;
