-- What a task is about is a row of the domain, and such a row may be private to a user. Whoever keeps it so writes it down
-- here; the engine then shows tasks, groups and schedules that are about it to that user only. The rest of the organization
-- finds neither them nor what is counted of them.

create table tasks.private_subject (
  id uuid primary key,
  organization_id uuid not null,
  -- Null: nobody sees it.
  user_id uuid
);
create index private_subject_by_user on tasks.private_subject (organization_id, user_id);

-- Members of a group have that of their group: a run of 10,000 tests writes it twice.
alter table tasks.task add column subject_id uuid;
-- Who made the group, and sees it whatever it is about.
alter table tasks.task_group add column user_id uuid, add column subject_id uuid;
alter table tasks.schedule add column subject_id uuid;
create index task_by_subject on tasks.task (subject_id) where subject_id is not null;
create index task_group_by_subject on tasks.task_group (subject_id) where subject_id is not null;

alter table tasks.private_subject enable row level security, force row level security;
create policy tenant on tasks.private_subject for select to tasks_tenant using (organization_id = tasks.bound_organization());
create policy engine on tasks.private_subject to tasks_engine using (true) with check (true);
grant select, insert, update, delete on tasks.private_subject to tasks_engine;

-- Whether nothing of the bound organization is private to anybody but the bound user: then no row need be looked at. Policies ask
-- it once for each statement. Each look is one entry of an index, however much is private.
create function tasks.sees_all() returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_organization uuid := tasks.bound_organization();
  v_user uuid := tasks.bound_user();
begin
  return not exists (select from tasks.private_subject where organization_id = v_organization and user_id < v_user)
    and not exists (select from tasks.private_subject where organization_id = v_organization and user_id > v_user)
    and not exists (select from tasks.private_subject where organization_id = v_organization and user_id is null)
    and (v_user is not null
      or not exists (select from tasks.private_subject where organization_id = v_organization));
end
$$;

-- Whether a subject is private to another user than the bound one.
create function tasks.hides(p_subject uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from tasks.private_subject where id = p_subject and user_id is distinct from tasks.bound_user());
end
$$;

-- Whether a group is about such a subject, and somebody else made it.
create function tasks.hides_group(p_group uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_user uuid;
  v_subject uuid;
begin
  select g.user_id, g.subject_id into v_user, v_subject from tasks.task_group g where g.id = p_group;
  return v_subject is not null and v_user is distinct from tasks.bound_user() and tasks.hides(v_subject);
end
$$;

-- Whether a task is hidden from the bound user: it, or its group, is about something private, and somebody else started it.
create function tasks.hides_task(p_user uuid, p_subject uuid, p_group uuid) returns boolean
language sql stable parallel safe
return not coalesce(p_user = tasks.bound_user(), false)
  and (p_subject is not null and tasks.hides(p_subject) or p_group is not null and tasks.hides_group(p_group));

-- The same of a task that only its id is known of.
create function tasks.hides_id(p_task uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_user uuid;
  v_subject uuid;
  v_group uuid;
begin
  select t.user_id, t.subject_id, t.group_id into v_user, v_subject, v_group from tasks.task t where t.id = p_task;
  return tasks.hides_task(v_user, v_subject, v_group);
end
$$;

-- The same of a schedule.
create function tasks.hides_schedule(p_user uuid, p_subject uuid) returns boolean
language sql stable parallel safe
return not coalesce(p_user = tasks.bound_user(), false) and p_subject is not null and tasks.hides(p_subject);

-- The same as lists, for whoever reads many rows: each is made once for a statement, and only if something is hidden.
create function tasks.hidden_subjects() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp rows 20
begin atomic
  select p.id from tasks.private_subject p
  where p.organization_id = tasks.bound_organization() and p.user_id is distinct from tasks.bound_user();
end;

create function tasks.hidden_groups() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp rows 20
begin atomic
  select g.id
  from tasks.private_subject p
  join tasks.task_group g on g.subject_id = p.id
  where p.organization_id = tasks.bound_organization() and p.user_id is distinct from tasks.bound_user()
    and g.user_id is distinct from tasks.bound_user();
end;

create function tasks.hidden_tasks() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp rows 20
begin atomic
  select t.id
  from tasks.private_subject p
  join tasks.task t on t.subject_id = p.id
  where p.organization_id = tasks.bound_organization() and p.user_id is distinct from tasks.bound_user()
    and t.user_id is distinct from tasks.bound_user();
end;

create policy owner on tasks.task as restrictive for select to tasks_tenant
  using ((select tasks.sees_all()) or coalesce(user_id = tasks.bound_user(), false)
    or (subject_id is null or subject_id not in (select tasks.hidden_subjects()))
      and (group_id is null or group_id not in (select tasks.hidden_groups())));
create policy owner on tasks.task_group as restrictive for select to tasks_tenant
  using ((select tasks.sees_all()) or coalesce(user_id = tasks.bound_user(), false)
    or subject_id is null or subject_id not in (select tasks.hidden_subjects()));
create policy owner on tasks.schedule as restrictive for select to tasks_tenant
  using ((select tasks.sees_all()) or not tasks.hides_schedule(user_id, subject_id));
create policy owner on tasks.outbox as restrictive for select to tasks_tenant
  using ((select tasks.sees_all())
    or task_id not in (select tasks.hidden_tasks())
      and (group_id is null or group_id not in (select tasks.hidden_groups())));
create policy owner on tasks.attempt_history as restrictive for select to tasks_tenant
  using ((select tasks.sees_all()) or not tasks.hides_id(task_id));
