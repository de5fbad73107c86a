-- Every table with an organization is a tenant's; the organizations themselves are too.
select 'fault',
  format('row security of %s is %s', c.oid::regclass, case when c.relrowsecurity then 'not forced: its owner sees every tenant' else 'off' end),
  format('alter table %s enable row level security, force row level security;', c.oid::regclass)
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace in ('tasks'::regnamespace, 'public'::regnamespace)
  and (c.relname = 'organization' or exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
  and not (c.relrowsecurity and c.relforcerowsecurity)
union all
-- A policy for everybody that lets everything through is no wall.
select 'fault', format('policy %I of %s lets everybody see every row', p.polname, p.polrelid::regclass),
  format('drop policy %I on %s;', p.polname, p.polrelid::regclass)
from pg_policy p join pg_class c on c.oid = p.polrelid
where c.relnamespace in ('tasks'::regnamespace, 'public'::regnamespace) and p.polpermissive
  and pg_get_expr(p.polqual, p.polrelid) = 'true'
  and p.polroles && array[0, to_regrole('tasks_tenant'), to_regrole('tasks_api'), to_regrole('tasks_worker')]::oid[];
