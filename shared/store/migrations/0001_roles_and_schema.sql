-- Who may do what. Roles belong to the whole server, so they may exist already.
--
-- tasks_engine  owns the verbs (security definer functions); sees every tenant's engine rows, nothing else; cannot log in.
-- tasks_tenant  what a request or a handler becomes for one transaction; sees the rows of app.organization_id only.
-- tasks_worker  what every task function may do with the engine; each has a login role of its own, task_<kind>.
-- tasks_api, tasks_relay  the login roles of those two functions.
do $$
declare
  role text;
begin
  foreach role in array array['tasks_engine', 'tasks_tenant', 'tasks_worker', 'tasks_api', 'tasks_relay'] loop
    begin
      execute format('create role %I nologin noinherit', role);
    exception
      when duplicate_object or unique_violation then null;
    end;
    -- The owner of a database need not be a superuser (on RDS it is not): only a member may give things to a role.
    if not pg_has_role(current_user, role, 'member') then
      execute format('grant %I to current_user', role);
    end if;
  end loop;
end
$$;

create schema tasks;

grant usage on schema tasks to tasks_engine, tasks_tenant, tasks_worker, tasks_api, tasks_relay;
grant usage on schema public to tasks_engine, tasks_tenant;

-- Keys that sort by time (RFC 9562, version 7) on every PostgreSQL from 15, which has no function for them before 18:
-- 48 bits of milliseconds, then a random uuid's bits with the version changed from 4 (0100) to 7 (0111).
create function tasks.uuid_v7() returns uuid
language sql volatile parallel safe
return encode(
  set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1),
  'hex')::uuid;

-- The organization that this transaction is bound to, or null. After a bound transaction the setting reads '' on its
-- connection, which no uuid can be made of: hence nullif.
create function tasks.bound_organization() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.organization_id', true), '')::uuid;

create function tasks.bound_user() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;
