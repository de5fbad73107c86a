-- $1: seconds.
with others as (
  select * from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
)
select 'warning', format('%s has a transaction open for %s (pid %s, %s)', usename, date_trunc('second', clock_timestamp() - xact_start), pid, state),
  format('Vacuum cannot clean up behind it: select pg_terminate_backend(%s);', pid)
from others where xact_start < clock_timestamp() - make_interval(secs => $1)
union all
select 'fault', format('%s (pid %s) waits for a lock of pid %s for %s', usename, pid, array_to_string(pg_blocking_pids(pid), ', '),
    date_trunc('second', clock_timestamp() - query_start)),
  format('select pg_terminate_backend(%s);', (pg_blocking_pids(pid))[1])
from others where wait_event_type = 'Lock' and query_start < clock_timestamp() - make_interval(secs => least($1, 30))
  and cardinality(pg_blocking_pids(pid)) > 0
union all
select 'warning', format('the oldest snapshot (pid %s, %s) is %s transactions old', pid, usename, age(backend_xmin)),
  format('Vacuum cannot clean up behind it: select pg_terminate_backend(%s);', pid)
from others where age(backend_xmin) > 1000000
union all
select 'warning', format('a prepared transaction of %s holds what it locked since %s', owner, prepared), format('rollback prepared %L;', gid)
from pg_prepared_xacts where database = current_database() and prepared < clock_timestamp() - make_interval(secs => $1)
union all
select 'warning', format('the replication slot %s holds old rows: %s transactions', slot_name, greatest(age(xmin), age(catalog_xmin))),
  format('If nobody reads it: select pg_drop_replication_slot(%L);', slot_name)
from pg_replication_slots where greatest(age(xmin), age(catalog_xmin)) > 1000000
union all
select 'unknown', 'transactions of other roles cannot be seen', format('grant pg_read_all_stats to %I;', current_user)
where not pg_has_role('pg_read_all_stats', 'usage');
