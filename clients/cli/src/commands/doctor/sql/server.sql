select 'fault', 'Postgres is ' || current_setting('server_version'), 'Move to Postgres 15 or newer.'
where current_setting('server_version_num')::int < 150000
union all
select 'fault', 'the server is a standby: nothing can be written', 'Give the functions the address of the primary.'
where pg_is_in_recovery()
union all
select 'fault', name || ' is off', format('alter system set %I = on; select pg_reload_conf();', name)
from pg_settings where name in ('autovacuum', 'track_counts') and setting = 'off'
union all
-- Of the server, of this database, or of a role that functions log in as; a reader who asks may well be such.
select 'fault', 'transactions are read only by default', 'Set default_transaction_read_only to off in the server''s configuration.'
from pg_settings where name = 'default_transaction_read_only' and setting = 'on' and source in ('configuration file', 'command line')
union all
select 'fault', format('transactions %sare read only by default', 'of ' || r.rolname || ' '),
  case when r.rolname is null then format('alter database %I reset default_transaction_read_only;', current_database())
    else format('alter role %I in database %I reset default_transaction_read_only; alter role %1$I reset default_transaction_read_only;', r.rolname, current_database()) end
from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
where 'default_transaction_read_only=on' = any (s.setconfig)
  and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and (s.setrole = 0 or r.rolname ~ '^tasks?_')
union all
-- Keys, texts and word searches of every language go into it.
select 'fault', 'the database is encoded in ' || pg_encoding_to_char(encoding), 'Make it anew in UTF8 and restore into it.'
from pg_database where datname = current_database() and pg_encoding_to_char(encoding) <> 'UTF8';
