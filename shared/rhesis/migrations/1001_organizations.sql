-- Who uses the platform: organizations (the tenants), their users, their API tokens.
--
-- Every tenant table of the domain follows the same pattern, so that it can be checked by one query:
-- organization_id defaults to the bound tenant, unique (organization_id, id) lets other tables refer to a row
-- together with its tenant (foreign keys do not look at row-level security), RLS is enabled and forced,
-- and one policy shows tasks_tenant the rows of the bound tenant. Nothing bound, nothing seen.

create table public.organization (
    id uuid not null default tasks.uuid_v7(),
    name text not null,
    is_active boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint organization_pkey primary key (id),
    constraint organization_name_given check (btrim(name) <> '')
);

create table public."user" (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null,
    email text not null,
    name text,
    is_active boolean not null default true,
    is_superuser boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint user_pkey primary key (id),
    constraint user_tenant_key unique (organization_id, id),
    constraint user_organization_fkey foreign key (organization_id) references public.organization (id)
);
create unique index user_email_key on public."user" (lower(email));

create table public.token (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null,
    user_id uuid not null,
    name text not null,
    token_hash text not null,
    token_obfuscated text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint token_pkey primary key (id),
    constraint token_hash_key unique (token_hash),
    constraint token_hash_is_sha256_hex check (token_hash ~ '^[0-9a-f]{64}$'),
    constraint token_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id) on delete cascade
);
create index token_user_idx on public.token (organization_id, user_id);

alter table public.organization enable row level security, force row level security;
alter table public."user" enable row level security, force row level security;
alter table public.token enable row level security, force row level security;

create policy tenant on public.organization to tasks_tenant using (id = tasks.bound_organization());
create policy tenant on public."user" to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.token to tasks_tenant using (organization_id = tasks.bound_organization());

grant select on public.organization to tasks_tenant;
grant select (id, organization_id, email, name, is_active, created_at, updated_at) on public."user" to tasks_tenant;

-- Who owns the database creates tenants; under FORCE it needs a policy for that, and gets no more than that.
create policy provision on public.organization for insert to current_user with check (true);
create policy provision on public."user" for insert to current_user with check (true);
create policy provision on public.token for insert to current_user with check (true);

-- The one look-up made before a tenant is known.
create policy authenticate on public.organization for select to tasks_engine using (true);
create policy authenticate on public."user" for select to tasks_engine using (true);
create policy authenticate on public.token for select to tasks_engine using (true);
grant select (id, is_active) on public.organization to tasks_engine;
grant select (id, organization_id, is_active) on public."user" to tasks_engine;
grant select (organization_id, user_id, token_hash, expires_at, revoked_at) on public.token to tasks_engine;

create function public.authenticate(token_hash text)
returns table (user_id uuid, organization_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.organization_id
    from public.token t
    join public."user" u on u.id = t.user_id and u.organization_id = t.organization_id
    join public.organization o on o.id = u.organization_id
    where t.token_hash = authenticate.token_hash
      and t.revoked_at is null
      and (t.expires_at is null or t.expires_at > clock_timestamp())
      and u.is_active
      and o.is_active
$$;

revoke execute on function public.authenticate(text) from public;
grant execute on function public.authenticate(text) to tasks_api;
-- A new owner must be allowed to create in the schema, at that moment only.
grant create on schema public to tasks_engine;
alter function public.authenticate(text) owner to tasks_engine;
revoke create on schema public from tasks_engine;
