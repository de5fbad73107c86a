-- $1: how many the functions may open.
with room as (
  select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
    (select count(*) from pg_stat_activity where backend_type = 'client backend') as open
)
select 'fault', format('the functions may open %s connections, the server takes %s', $1::bigint, most),
  'Raise max_connections, or lower a MaximumConcurrency: see Limits in docs/operating.md.'
from room where most < $1::bigint
union all
select 'warning', format('%s of %s connections are open', open, most),
  'See whose they are: select usename, count(*) from pg_stat_activity group by 1;'
from room where open > most * 0.8;
