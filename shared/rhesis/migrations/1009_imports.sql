-- A file of tests that is too large for one request: its parts, until they are committed together as a test set.

create table public.import (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    format text not null,
    visibility text not null default 'organization',
    parts integer,
    expires_at timestamptz not null default clock_timestamp() + interval '24 hours',
    -- Set by the commit, which also deletes the parts. No foreign key: the test set may be deleted later.
    test_set_id uuid,
    tests integer,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint import_pkey primary key (id),
    constraint import_tenant_key unique (organization_id, id),
    constraint import_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint import_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint import_name_given check (btrim(name) <> ''),
    constraint import_format_known check (format in ('jsonl', 'csv')),
    constraint import_visibility_known check (visibility in ('public', 'organization', 'user')),
    constraint import_parts_positive check (parts > 0),
    constraint import_committed_with_its_tests check ((test_set_id is null) = (tests is null))
);

create table public.import_part (
    organization_id uuid not null default tasks.bound_organization(),
    import_id uuid not null,
    number integer not null,
    content bytea not null,
    constraint import_part_pkey primary key (import_id, number),
    constraint import_part_number_positive check (number > 0),
    constraint import_part_import_fkey foreign key (organization_id, import_id)
        references public.import (organization_id, id) on delete cascade
);
-- Parts are read once and deleted: squeezing them costs more than it saves.
alter table public.import_part alter column content set storage external;

alter table public.import enable row level security, force row level security;
alter table public.import_part enable row level security, force row level security;
create policy tenant on public.import to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.import_part to tasks_tenant using (organization_id = tasks.bound_organization());
-- Whose import it is sees it, for it may become a test set of visibility `user`.
create policy owner on public.import as restrictive to tasks_tenant
    using (visibility <> 'user' or user_id = tasks.bound_user());
grant select, insert, update, delete on public.import, public.import_part to tasks_tenant;
