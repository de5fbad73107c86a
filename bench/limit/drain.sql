-- By key, as a message names it: take :n tasks in one commit, end them in another. Each client has :chunk of them.
\set lo :client_id * :chunk + :i * :n + 1
\set hi :lo + :n
\set i :i + 1
update o set attempts = attempts + 1, lease_until = now() + interval '30 s' where id >= :lo and id < :hi returning id;
with gone as (delete from o where id >= :lo and id < :hi) update t set state = 2, done_at = now() where id >= :lo and id < :hi;
