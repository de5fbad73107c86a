-- Requests that hold an instance of the API for seconds: those that wait for a task, and those that call an endpoint. A row is a
-- lease, given back at the end of the request, and over by itself if the process died before. What is lost in a crash of Postgres
-- is over too, so nothing of it goes into the log.
create unlogged table public.long_call (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null,
    user_id uuid not null,
    expires_at timestamptz not null,
    constraint long_call_pkey primary key (id)
);
alter table public.long_call enable row level security, force row level security;
create policy tenant on public.long_call to tasks_tenant using (organization_id = tasks.bound_organization());
-- Counted over all organizations.
create policy long_calls on public.long_call to tasks_engine using (true) with check (true);
grant select, insert, delete on public.long_call to tasks_engine;

-- Takes a lease for so many seconds: {"begun": id}; or says whose bound is reached: {"full": "user"|"organization"|"api"}.
create function public.begin_long_call(
    p_organization uuid, p_user uuid, p_seconds double precision, p_of_user integer, p_of_organization integer, p_in_all integer
) returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid;
    v_full text;
begin
    -- One after the other, lest two find the last place free; it is held for this statement only.
    perform pg_advisory_xact_lock(hashtextextended('public.long_call', 0));
    delete from public.long_call where expires_at <= clock_timestamp();
    select case
        when count(*) filter (where user_id = p_user) >= p_of_user then 'user'
        when count(*) filter (where organization_id = p_organization) >= p_of_organization then 'organization'
        when count(*) >= p_in_all then 'api' end
    into v_full from public.long_call;
    if v_full is not null then
        return jsonb_build_object('full', v_full);
    end if;
    insert into public.long_call (organization_id, user_id, expires_at)
    values (p_organization, p_user, clock_timestamp() + make_interval(secs => p_seconds))
    returning id into v_id;
    return jsonb_build_object('begun', v_id);
end
$$;

-- Gives a lease back.
create function public.end_long_call(p_id uuid) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
begin atomic
    delete from public.long_call where id = p_id;
end;

do $$
declare
    verb regprocedure;
begin
    grant create on schema public to tasks_engine;
    foreach verb in array array['public.begin_long_call(uuid, uuid, double precision, integer, integer, integer)',
        'public.end_long_call(uuid)']::regprocedure[]
    loop
        execute format('revoke execute on function %s from public', verb);
        execute format('grant execute on function %s to tasks_api', verb);
        execute format('alter function %s owner to tasks_engine', verb);
    end loop;
    revoke create on schema public from tasks_engine;
end
$$;
