select 'fault', 'Postgres is ' || current_setting('server_version'), 'Move to Postgres 15 or newer.'
where current_setting('server_version_num')::int < 150000
union all
select 'fault', 'the server is a standby: nothing can be written', 'Give the functions the address of the primary.'
where pg_is_in_recovery()
union all
select 'fault', name || ' is off', format('alter system set %I = on; select pg_reload_conf();', name)
from pg_settings where name in ('autovacuum', 'track_counts') and setting = 'off'
union all
select 'fault', 'transactions are read only by default', format('alter database %I reset default_transaction_read_only;', current_database())
where current_setting('default_transaction_read_only') = 'on'
union all
-- Keys, texts and word searches of every language go into it.
select 'fault', 'the database is encoded in ' || pg_encoding_to_char(encoding), 'Make it anew in UTF8 and restore into it.'
from pg_database where datname = current_database() and pg_encoding_to_char(encoding) <> 'UTF8';
