-- Users who come with a signed token, and tokens that users manage themselves.

-- A user signs up before an organization takes them in; until then they may do nothing.
alter table public."user" alter column organization_id drop not null;
-- The issuer's id of the user. Once it is there, an e-mail address no longer finds them: addresses change hands.
alter table public."user" add column subject text;
create unique index user_subject_key on public."user" (subject) where subject is not null;

-- When a token was last used, to the hour: more often it is not written, lest every request be a write.
alter table public.token add column last_used_at timestamptz;

create policy last_used on public.token for update to tasks_engine using (true) with check (true);
grant update (last_used_at) on public.token to tasks_engine;
grant select (id, last_used_at) on public.token to tasks_engine;
grant select (email, subject) on public."user" to tasks_engine;

-- Volatile now, for last_used_at. A row that somebody else is just marking is left to them: nobody waits.
create or replace function public.authenticate(token_hash text)
returns table (user_id uuid, organization_id uuid)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with known as materialized (
        select t.id, t.last_used_at, u.id as user_id, u.organization_id
        from public.token t
        join public."user" u on u.id = t.user_id and u.organization_id = t.organization_id
        join public.organization o on o.id = u.organization_id
        where t.token_hash = authenticate.token_hash
          and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > clock_timestamp())
          and u.is_active
          and o.is_active
    ), used as (
        update public.token t set last_used_at = clock_timestamp()
        where t.id in (
            select l.id from public.token l
            where l.id in (select known.id from known
                where known.last_used_at is null or known.last_used_at < clock_timestamp() - interval '1 hour')
            for no key update skip locked)
    )
    select known.user_id, known.organization_id from known
$$;

create function public.authenticate_user(p_user uuid)
returns table (user_id uuid, organization_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.organization_id
    from public."user" u
    left join public.organization o on o.id = u.organization_id
    where u.id = p_user and u.is_active and (u.organization_id is null or o.is_active)
$$;

create function public.authenticate_subject(p_subject text, p_email text)
returns table (user_id uuid, organization_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.organization_id
    from (
        select s.id from public."user" s where s.subject = p_subject
        union all
        select e.id from public."user" e
        where lower(e.email) = lower(p_email) and e.subject is null
          and not exists (select from public."user" s where s.subject = p_subject)
    ) found
    join public."user" u on u.id = found.id
    left join public.organization o on o.id = u.organization_id
    where u.is_active and (u.organization_id is null or o.is_active)
$$;

revoke execute on function public.authenticate_user(uuid), public.authenticate_subject(text, text) from public;
grant execute on function public.authenticate_user(uuid), public.authenticate_subject(text, text) to tasks_api;
grant create on schema public to tasks_engine;
alter function public.authenticate_user(uuid) owner to tasks_engine;
alter function public.authenticate_subject(text, text) owner to tasks_engine;
revoke create on schema public from tasks_engine;

-- Users see, make and revoke their own tokens; the hash is written and never read.
create policy own on public.token as restrictive to tasks_tenant using (user_id = tasks.bound_user());
grant select (id, organization_id, user_id, name, token_obfuscated, expires_at, revoked_at, last_used_at, created_at)
    on public.token to tasks_tenant;
grant insert (id, organization_id, user_id, name, token_hash, token_obfuscated, expires_at) on public.token to tasks_tenant;
grant update (revoked_at, updated_at) on public.token to tasks_tenant;
alter table public.token alter column organization_id set default tasks.bound_organization();
alter table public.token add constraint token_name_given check (btrim(name) <> '');
