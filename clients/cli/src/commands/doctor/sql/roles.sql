-- $1: the kinds of tasks.
with wanted(role, logs_in, groups) as (
  values ('tasks_engine', false, '{}'::text[]), ('tasks_tenant', false, '{}'), ('tasks_worker', false, '{}'),
    ('tasks_api', true, '{tasks_tenant}'), ('tasks_relay', true, '{}')
  union all
  select 'task_' || kind, true, '{tasks_worker,tasks_tenant}' from unnest($1::text[]) kind
), there as (
  select w.*, r.oid, r.rolcanlogin, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication as mighty,
    coalesce(r.rolconfig, '{}') as config
  from wanted w left join pg_roles r on r.rolname = w.role
)
select 'fault', format('the role %s is missing', role), 'Invoke `migrate`.' from there where oid is null
union all
select 'fault', role || ' may not log in', 'Invoke `migrate`.' from there where logs_in and not rolcanlogin
union all
select 'fault', role || ' may log in', format('alter role %I nologin;', role) from there where not logs_in and rolcanlogin
union all
select 'fault', role || ' may do what no function needs: superuser, bypassrls, createrole, createdb or replication',
  format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication;', role)
from there where mighty
union all
select 'fault', format('%s is no member of %s', role, wanted_group), 'Invoke `migrate`.'
from there, unnest(groups) wanted_group
where oid is not null
  and not exists (select from pg_auth_members m where m.member = there.oid and m.roleid = to_regrole(wanted_group))
union all
select 'fault', format('%s is a member of %s', role, m.roleid::regrole), format('revoke %s from %I;', m.roleid::regrole, role)
from there join pg_auth_members m on m.member = there.oid
where m.roleid::regrole::text <> all (groups || '{rds_iam}')
union all
select 'warning', format('%s has no %s of its own: what it locked outlives it', role, setting), 'Invoke `migrate`.'
from there, unnest('{client_connection_check_interval,idle_in_transaction_session_timeout}'::text[]) setting
where logs_in and oid is not null and not exists (select from unnest(config) line where starts_with(line, setting || '='));
