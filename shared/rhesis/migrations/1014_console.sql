-- Who is signed in to the console: a browser keeps a random secret in a cookie, here is its hash. A row and no sealed cookie,
-- so that a session can be ended, and ends with the token that it was opened by.

create table public.console_session (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid not null,
    -- Of the API token that it was opened by: no foreign key, for who signs in may not read the hashes of tokens.
    token_hash text,
    secret_hash text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    constraint console_session_pkey primary key (id),
    constraint console_session_secret_key unique (secret_hash),
    constraint console_session_hash_is_sha256_hex check (secret_hash ~ '^[0-9a-f]{64}$'),
    constraint console_session_user_fkey foreign key (organization_id, user_id)
        references public."user" (organization_id, id) on delete cascade
);
create index console_session_user_idx on public.console_session (organization_id, user_id);

-- Opens a few sessions without a token to be copied: the address that `make run` prints has one. Made by the database's owner only.
create table public.sign_in_code (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid not null,
    code_hash text not null,
    uses_left integer not null,
    expires_at timestamptz not null,
    constraint sign_in_code_pkey primary key (id),
    constraint sign_in_code_hash_key unique (code_hash),
    constraint sign_in_code_hash_is_sha256_hex check (code_hash ~ '^[0-9a-f]{64}$'),
    constraint sign_in_code_uses_not_negative check (uses_left >= 0),
    constraint sign_in_code_user_fkey foreign key (organization_id, user_id)
        references public."user" (organization_id, id) on delete cascade
);
create index sign_in_code_user_idx on public.sign_in_code (organization_id, user_id);

alter table public.console_session enable row level security, force row level security;
alter table public.sign_in_code enable row level security, force row level security;
create policy tenant on public.console_session to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.sign_in_code to tasks_tenant using (organization_id = tasks.bound_organization());
grant select, insert, delete on public.console_session to tasks_tenant;
-- The code itself is in no row, and its hash opens nothing.
grant select on public.sign_in_code to tasks_tenant;
create policy provision on public.sign_in_code for insert to current_user with check (true);

-- Asked before a tenant is known, as a token is.
create policy authenticate on public.console_session for select to tasks_engine using (true);
create policy authenticate on public.sign_in_code to tasks_engine using (true);
grant select on public.console_session to tasks_engine;
grant select, update on public.sign_in_code to tasks_engine;

create function public.authenticate_session(secret_hash text)
returns table (user_id uuid, organization_id uuid)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    return query
    select u.id, u.organization_id
    from public.console_session s
    join public."user" u on u.id = s.user_id and u.organization_id = s.organization_id
    join public.organization o on o.id = u.organization_id
    where s.secret_hash = authenticate_session.secret_hash
      and s.expires_at > clock_timestamp()
      and (s.token_hash is null or exists (
        select from public.token t
        where t.token_hash = s.token_hash and t.user_id = s.user_id and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > clock_timestamp())))
      and u.is_active
      and o.is_active;
end
$$;

create function public.redeem_sign_in_code(code_hash text)
returns table (user_id uuid, organization_id uuid)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    return query
    update public.sign_in_code c set uses_left = uses_left - 1
    from public."user" u
    join public.organization o on o.id = u.organization_id
    where c.code_hash = redeem_sign_in_code.code_hash and c.uses_left > 0 and c.expires_at > clock_timestamp()
      and u.id = c.user_id and u.organization_id = c.organization_id and u.is_active and o.is_active
    returning u.id, u.organization_id;
end
$$;

revoke execute on function public.authenticate_session(text), public.redeem_sign_in_code(text) from public;
grant execute on function public.authenticate_session(text), public.redeem_sign_in_code(text) to tasks_api;
-- A new owner must be allowed to create in the schema, at that moment only.
grant create on schema public to tasks_engine;
alter function public.authenticate_session(text) owner to tasks_engine;
alter function public.redeem_sign_in_code(text) owner to tasks_engine;
revoke create on schema public from tasks_engine;
