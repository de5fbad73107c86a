-- $1, $2: who must be able to run which verb.
select format('%s may not run %s', role, verb), 'Invoke `migrate`.', true
from unnest($1::text[], $2::text[]) wanted(role, verb)
where to_regrole(role) is not null
  and not coalesce(has_function_privilege(to_regrole(role), to_regprocedure(verb), 'execute'), false)
union all
select format('everybody may run %s', p.oid::regprocedure), format('revoke execute on function %s from public;', p.oid::regprocedure), true
from pg_proc p
where p.pronamespace = 'tasks'::regnamespace and p.prokind = 'f' and p.proname not in ('uuid_v7', 'bound_organization', 'bound_user')
  and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
union all
select format('%s runs as %s', p.oid::regprocedure, p.proowner::regrole),
  format('alter function %s owner to tasks_engine;', p.oid::regprocedure), true
from pg_proc p
where p.pronamespace = 'tasks'::regnamespace and p.prosecdef and p.proowner <> to_regrole('tasks_engine')
union all
select format('%s may change %s directly', r.rolname, c.oid::regclass),
  format('revoke insert, update, delete, truncate on %s from %I;', c.oid::regclass, r.rolname), true
from pg_class c join pg_roles r on r.rolname in ('tasks_tenant', 'tasks_worker', 'tasks_api', 'tasks_relay') and not pg_has_role(r.oid, 'tasks_engine', 'member')
where c.relnamespace = 'tasks'::regnamespace and c.relkind in ('r', 'p')
  and has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate');
