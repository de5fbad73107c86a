-- A test set of visibility `user` exists for its user only, and so does all that hangs on it: its configurations, their runs,
-- results, tests and prompts, and in the engine the tasks, groups and schedules that are about one of these. Private are the
-- ids of the set and of its configurations, see tasks.private_subject. They stay private when set or configuration has been
-- deleted, because runs, results and tasks outlive them.

-- What the engine may look at for that.
create policy private on public.test_set to tasks_engine using (true);
create policy private on public.test_configuration for select to tasks_engine using (true);
create policy private on public.test_test_set for select to tasks_engine using (true);
create policy private on public.test for select to tasks_engine using (true);
grant select (id, organization_id, user_id, visibility) on public.test_set to tasks_engine;
-- A row is locked, which asks for the right to change it.
grant update (updated_at) on public.test_set to tasks_engine;
grant select (id, organization_id, test_set_id) on public.test_configuration to tasks_engine;
grant select (organization_id, test_set_id, test_id) on public.test_test_set to tasks_engine;
grant select (id, organization_id, prompt_id) on public.test to tasks_engine;
grant select (id, test_configuration_id, total, started_at) on public.test_run to tasks_engine;
grant select (id) on public.test_result to tasks_engine;

-- Tests and prompts that a private test set has left behind because they were run.
create table public.private_test (
    id uuid not null,
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    constraint private_test_pkey primary key (id),
    constraint private_test_organization_fkey foreign key (organization_id) references public.organization (id)
);
alter table public.private_test enable row level security, force row level security;
create policy tenant on public.private_test to tasks_tenant using (organization_id = tasks.bound_organization());
create policy private on public.private_test to tasks_engine using (true) with check (true);
grant select, insert on public.private_test to tasks_engine;

-- Notes who alone sees a test set and its configurations, or that everybody does again.
create function public.note_private_set() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.visibility = 'user' then
    insert into tasks.private_subject (id, organization_id, user_id)
    select new.id, new.organization_id, new.user_id
    union all
    select c.id, c.organization_id, new.user_id from public.test_configuration c
    where c.organization_id = new.organization_id and c.test_set_id = new.id
    on conflict (id) do update set user_id = excluded.user_id;
  else
    delete from tasks.private_subject where id = any (array(
      select new.id
      union all
      select c.id from public.test_configuration c
      where c.organization_id = new.organization_id and c.test_set_id = new.id));
  end if;
  return null;
end
$$;

-- Keeps private what a private test set leaves behind: tests that were run, and their prompts.
create function public.keep_private_tests() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.private_test (id, organization_id, user_id)
  select distinct left_behind.id, old.organization_id, old.user_id
  from public.test_test_set m
  join public.test t on t.id = m.test_id
  cross join lateral (values (t.id), (t.prompt_id)) left_behind (id)
  where m.test_set_id = old.id
    and not exists (
      select from public.test_test_set o
      where o.organization_id = m.organization_id and o.test_id = m.test_id and o.test_set_id <> old.id)
  on conflict (id) do nothing;
  return old;
end
$$;

-- A configuration is as private as its test set. The set is locked, so that its visibility does not change meanwhile.
create function public.note_private_configuration() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_set record;
begin
  select s.visibility, s.user_id into v_set from public.test_set s where s.id = new.test_set_id for share;
  if v_set.visibility = 'user' then
    insert into tasks.private_subject (id, organization_id, user_id)
    values (new.id, new.organization_id, v_set.user_id)
    on conflict (id) do update set user_id = excluded.user_id;
  elsif tg_op = 'UPDATE' then
    delete from tasks.private_subject where id = new.id;
  end if;
  return null;
end
$$;

create trigger note_private_set after insert on public.test_set
for each row when (new.visibility = 'user') execute function public.note_private_set();
create trigger note_changed_set after update of visibility, user_id on public.test_set
for each row when (new.visibility <> old.visibility or new.user_id is distinct from old.user_id)
execute function public.note_private_set();
create trigger keep_private_tests before delete on public.test_set
for each row when (old.visibility = 'user') execute function public.keep_private_tests();
create trigger note_private_configuration after insert on public.test_configuration
for each row when (new.test_set_id is not null) execute function public.note_private_configuration();
-- Not when its test set was deleted: then it stays what it was.
create trigger note_changed_configuration after update of test_set_id on public.test_configuration
for each row when (new.test_set_id is not null and new.test_set_id is distinct from old.test_set_id)
execute function public.note_private_configuration();

-- The id in a text, in any spelling that a handler would read; null if there is none.
create function public.id_in(p_text text) returns uuid
language sql immutable parallel safe
return case
  when lower(p_text) ~ '^(urn:uuid:)?[{]?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}[}]?$'
  then btrim(replace(lower(p_text), 'urn:uuid:', ''), '{}')::uuid
end;

-- What arguments are about, of what their user may see: a configuration, or a test set; the one that is private, if there are
-- several. What the user may not see is to them an id of nothing, and their task a task about nothing.
-- {test_configuration_id, test_run_id, test_result_id, test_set_id}, or as a webhook is told: {task_id}.
create function public.subject_of(p_args jsonb, p_user uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_result uuid := public.id_in(p_args ->> 'test_result_id');
  v_run uuid := public.id_in(p_args ->> 'test_run_id');
  v_subject uuid;
begin
  if v_result is not null then
    v_run := coalesce((select r.test_run_id from public.test_result r where r.id = v_result), v_run);
  end if;
  select s.id into v_subject
  from (
    select public.id_in(p_args ->> 'test_configuration_id')
    union all select r.test_configuration_id from public.test_run r where r.id = v_run
    union all select public.id_in(p_args ->> 'test_set_id')
    union all select coalesce(t.subject_id, g.subject_id)
    from tasks.task t left join tasks.task_group g on g.id = t.group_id
    where t.id = public.id_in(p_args ->> 'task_id')
  ) s (id)
  left join tasks.private_subject p on p.id = s.id
  where s.id is not null and (p.id is null or p.user_id = p_user)
  order by p.id is null limit 1;
  return v_subject;
end
$$;

-- What a task is about; its group with it, if that is about nothing yet, or about nothing private.
create function public.name_subject_of_task() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_shared uuid;
  v_parent uuid;
  v_subject uuid;
begin
  if new.group_id is not null then
    select g.subject_id, g.parent_id into v_shared, v_parent from tasks.task_group g where g.id = new.group_id;
    -- Members that a task has made of itself are about what it is about.
    if v_shared is not null and v_parent is not null then
      return new;
    end if;
  end if;
  v_subject := public.subject_of(
    case new.kind when 'deliver_webhook' then coalesce(new.args -> 'data', '{}') else new.args end, new.user_id);
  if v_subject is null then
    return new;
  end if;
  if new.subject_id is null or exists (select from tasks.private_subject p where p.id = v_subject) then
    new.subject_id := v_subject;
  end if;
  if new.group_id is not null and (v_shared is null
    or exists (select from tasks.private_subject p where p.id = v_subject)
      and not exists (select from tasks.private_subject p where p.id = v_shared))
  then
    update tasks.task_group set subject_id = v_subject where id = new.group_id;
  end if;
  return new;
end
$$;

create function public.name_subject_of_schedule() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  new.subject_id := public.subject_of(new.args, new.user_id);
  return new;
end
$$;

create trigger name_subject before insert on tasks.task
for each row
when (new.kind = 'deliver_webhook' or new.args ?| '{test_configuration_id,test_run_id,test_result_id,test_set_id}')
execute function public.name_subject_of_task();
create trigger name_subject before insert or update of args on tasks.schedule
for each row execute function public.name_subject_of_schedule();

-- Whether a test is in test sets and may be seen in none of them, or is what such a one has left behind.
create function public.hides_test(p_test uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from public.private_test p where p.id = p_test and p.user_id is distinct from tasks.bound_user())
    or coalesce((
    select bool_and(tasks.hides(m.test_set_id)) from public.test_test_set m
    where m.organization_id = tasks.bound_organization() and m.test_id = p_test), false);
end
$$;

create function public.hides_prompt(p_prompt uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (select from public.private_test p where p.id = p_prompt and p.user_id is distinct from tasks.bound_user())
    or coalesce((
    select bool_and(public.hides_test(t.id)) from public.test t
    where t.organization_id = tasks.bound_organization() and t.prompt_id = p_prompt), false);
end
$$;

-- The runs of configurations that are private to other users.
create function public.hidden_runs() returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp rows 20
begin atomic
  select r.id
  from tasks.private_subject p
  join public.test_run r on r.organization_id = p.organization_id and r.test_configuration_id = p.id
  where p.organization_id = tasks.bound_organization() and p.user_id is distinct from tasks.bound_user();
end;

create policy owner on public.test_configuration as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or id not in (select tasks.hidden_subjects()));
create policy owner on public.test_run as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or test_configuration_id not in (select tasks.hidden_subjects()));
create policy owner on public.test_run_test as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or test_run_id not in (select public.hidden_runs()));
create policy owner on public.test_result as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or test_run_id not in (select public.hidden_runs()));
create policy owner on public.test_test_set as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or test_set_id not in (select tasks.hidden_subjects()));
create policy owner on public.test_set_metric as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or test_set_id not in (select tasks.hidden_subjects()));
create policy owner on public.test as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or not public.hides_test(id));
create policy owner on public.prompt as restrictive to tasks_tenant
    using ((select tasks.sees_all()) or not public.hides_prompt(id));
-- An import of visibility `user` has its own policy; its parts follow it.
create policy owner on public.import_part as restrictive to tasks_tenant
    using (exists (select from public.import i where i.id = import_id));

-- Of what is private only its user's webhooks hear, and the task of the call is that user's too.
drop function public.enqueue_webhooks(uuid, text, jsonb);
create function public.enqueue_webhooks(p_organization uuid, p_event text, p_data jsonb, p_subject uuid) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_user uuid;
  v_private boolean;
  v_tasks jsonb;
begin
  insert into public.notice (organization_id, event, data) values (p_organization, p_event, p_data);
  select p.user_id into v_user from tasks.private_subject p where p.id = p_subject;
  v_private := found;
  select jsonb_agg(jsonb_build_object('kind', 'deliver_webhook', 'args', jsonb_build_object(
    'webhook_id', w.id, 'event', p_event, 'occurred_at', clock_timestamp(), 'data', p_data)))
  into v_tasks
  from public.webhook w
  where w.organization_id = p_organization and w.is_active and p_event = any (w.events)
    and (not v_private or w.user_id = v_user);
  if v_tasks is not null then
    perform tasks.insert_tasks(p_organization, v_user, tasks.read_new(v_tasks), false);
  end if;
exception
  when others then
    raise warning '% could not be told: %', p_event, sqlerrm;
end
$$;
grant select (user_id) on public.webhook to tasks_engine;

create or replace function public.notify_of_run() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_counts jsonb;
begin
  select jsonb_build_object('passed', count(*) filter (where r.status = 'Pass'),
    'failed', count(*) filter (where r.status = 'Fail'), 'errors', count(*) filter (where r.status = 'Error'))
  into v_counts
  from public.test_result r
  where r.organization_id = new.organization_id and r.test_run_id = new.id;
  perform public.enqueue_webhooks(new.organization_id, 'test_run.ended', v_counts || jsonb_build_object(
    'test_run_id', new.id, 'test_configuration_id', new.test_configuration_id, 'task_id', new.task_id,
    'status', new.status, 'total', new.total, 'started_at', new.started_at, 'completed_at', new.completed_at),
    new.test_configuration_id);
  return null;
end
$$;

create or replace function public.notify_of_failure() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.enqueue_webhooks(new.organization_id, 'task.failed', jsonb_build_object(
    'task_id', new.id, 'kind', new.kind, 'parent_id', new.parent_id, 'attempt', new.attempt,
    'error_type', new.error ->> 'type', 'created_at', new.created_at, 'finished_at', new.finished_at),
    coalesce(new.subject_id, (select g.subject_id from tasks.task_group g where g.id = new.group_id)));
  return null;
end
$$;

do $$
declare
  verb regprocedure;
begin
  grant create on schema public to tasks_engine;
  foreach verb in array array['public.note_private_set()', 'public.keep_private_tests()', 'public.note_private_configuration()',
    'public.subject_of(jsonb, uuid)', 'public.name_subject_of_task()', 'public.name_subject_of_schedule()',
    'public.hides_test(uuid)', 'public.hides_prompt(uuid)',
    'public.hidden_runs()', 'public.enqueue_webhooks(uuid, text, jsonb, uuid)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public', verb);
    execute format('alter function %s owner to tasks_engine', verb);
  end loop;
  revoke create on schema public from tasks_engine;
end
$$;
grant execute on function public.hides_test(uuid), public.hides_prompt(uuid), public.hidden_runs() to tasks_tenant;
