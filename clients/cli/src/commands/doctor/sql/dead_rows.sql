select 'warning', format('%s has %s dead rows beside %s', format('%I.%I', schemaname, relname), n_dead_tup, n_live_tup),
  format('If no transaction is in its way: vacuum (analyze) %I.%I;', schemaname, relname)
from pg_stat_user_tables
where schemaname in ('tasks', 'public') and n_dead_tup > 10000 and n_dead_tup > n_live_tup * 0.5
union all
select 'warning', format('%s was last frozen %s transactions ago', c.oid::regclass, age(c.relfrozenxid)),
  format('Postgres stops writing at two billion: vacuum (freeze) %s;', c.oid::regclass)
from pg_class c
where c.relkind = 'r' and c.relnamespace in ('tasks'::regnamespace, 'public'::regnamespace) and age(c.relfrozenxid) > 1000000000
union all
select 'fault', format('the index %s is not valid', i.indexrelid::regclass), format('drop index %s; then invoke `migrate`.', i.indexrelid::regclass)
from pg_index i join pg_class c on c.oid = i.indrelid
where c.relnamespace in ('tasks'::regnamespace, 'public'::regnamespace) and not i.indisvalid;
