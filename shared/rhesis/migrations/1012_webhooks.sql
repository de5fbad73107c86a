-- Telling the world that a run has ended or a task has failed for good: a line in the log, for alarms, and a signed call to
-- each webhook of the organization. What is to be told is written in the commit of the end, so nothing is told that did not
-- happen, and nothing that happened is left untold. No prompt, answer or message of an error is among it.

create table public.webhook (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    url text not null,
    -- A Fernet token.
    secret text not null,
    events text[] not null,
    is_active boolean not null default true,
    -- How the last attempt went: the HTTP status, or why there is none.
    last_status integer,
    last_error text,
    last_attempt_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint webhook_pkey primary key (id),
    constraint webhook_tenant_key unique (organization_id, id),
    constraint webhook_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint webhook_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint webhook_url_short_enough check (length(url) between 1 and 2048),
    constraint webhook_events_known
        check (cardinality(events) > 0 and events <@ array['test_run.ended', 'task.failed'])
);

-- What the relay writes to the log with its next sweep. None for a task of the system.
create table public.notice (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid,
    event text not null,
    data jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint notice_pkey primary key (id)
);

alter table public.webhook enable row level security, force row level security;
alter table public.notice enable row level security, force row level security;
create policy tenant on public.webhook to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.notice to tasks_tenant using (organization_id = tasks.bound_organization());
grant select, insert, update, delete on public.webhook to tasks_tenant;

create policy notify on public.webhook for select to tasks_engine using (true);
create policy notify on public.notice to tasks_engine using (true) with check (true);
create policy notify on public.test_result for select to tasks_engine using (true);
grant select (id, organization_id, events, is_active) on public.webhook to tasks_engine;
grant select, insert, delete on public.notice to tasks_engine;
grant select (organization_id, test_run_id, status) on public.test_result to tasks_engine;
-- A row is locked to be taken, which asks for the right to change it.
grant update (data) on public.notice to tasks_engine;

-- Notes an event and starts a task per webhook that wants it, in the caller's commit. The relay sends both on their way.
-- Whatever goes wrong here is no reason to undo the end that it is about.
create function public.enqueue_webhooks(p_organization uuid, p_event text, p_data jsonb) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tasks jsonb;
begin
  insert into public.notice (organization_id, event, data) values (p_organization, p_event, p_data);
  select jsonb_agg(jsonb_build_object('kind', 'deliver_webhook', 'args', jsonb_build_object(
    'webhook_id', w.id, 'event', p_event, 'occurred_at', clock_timestamp(), 'data', p_data)))
  into v_tasks
  from public.webhook w
  where w.organization_id = p_organization and w.is_active and p_event = any (w.events);
  if v_tasks is not null then
    perform tasks.insert_tasks(p_organization, null, tasks.read_new(v_tasks), false);
  end if;
exception
  when others then
    raise warning '% could not be told: %', p_event, sqlerrm;
end
$$;

create function public.notify_of_run() returns trigger
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
    'status', new.status, 'total', new.total, 'started_at', new.started_at, 'completed_at', new.completed_at));
  return null;
end
$$;

create function public.notify_of_failure() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.enqueue_webhooks(new.organization_id, 'task.failed', jsonb_build_object(
    'task_id', new.id, 'kind', new.kind, 'parent_id', new.parent_id, 'attempt', new.attempt,
    'error_type', new.error ->> 'type', 'created_at', new.created_at, 'finished_at', new.finished_at));
  return null;
end
$$;

-- Takes notices, oldest first, for the relay to write to the log before it commits.
create function public.take_notices(p_limit integer)
returns table (id uuid, organization_id uuid, event text, data jsonb)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    delete from public.notice n
    where n.id = any (array(
        select o.id from public.notice o order by o.id limit p_limit for no key update skip locked))
    returning n.id, n.organization_id, n.event, n.data
$$;

revoke execute on function public.enqueue_webhooks(uuid, text, jsonb), public.notify_of_run(),
    public.notify_of_failure(), public.take_notices(integer) from public;
grant execute on function public.take_notices(integer) to tasks_relay;
grant create on schema public to tasks_engine;
alter function public.enqueue_webhooks(uuid, text, jsonb) owner to tasks_engine;
alter function public.notify_of_run() owner to tasks_engine;
alter function public.notify_of_failure() owner to tasks_engine;
alter function public.take_notices(integer) owner to tasks_engine;
revoke create on schema public from tasks_engine;

create trigger notify
after update of status on public.test_run
for each row
when (old.completed_at is null and new.completed_at is not null)
execute function public.notify_of_run();

-- Tasks that only other tasks start are told of by those. A failed delivery must not start another.
create trigger notify
after update of status on tasks.task
for each row
when (new.status = 'FAILURE' and old.status <> 'FAILURE'
    and new.kind not in ('execute_test', 'collect_results', 'deliver_webhook'))
execute function public.notify_of_failure();
