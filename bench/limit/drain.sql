-- By key, as messages name them: take :n tasks in one commit, end them in another. Each client has :chunk of them.
\set lo :client_id * :chunk + :i * :n + 1
\set hi :lo + :n - 1
\set i :i + 1
update o set attempts = attempts + 1, lease_until = now() + interval '30 s' from generate_series(:lo::bigint, :hi::bigint) named(id) where o.id = named.id returning o.id;
with named as (select id from generate_series(:lo::bigint, :hi::bigint) named(id)), gone as (delete from o using named where o.id = named.id) update t set state = 2, done_at = now() from named where t.id = named.id;
