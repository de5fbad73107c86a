-- What is asked: prompts, tests made of them, and test sets as ordered lists of tests.

create table public.prompt (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    content text not null,
    expected_response text,
    language_code text not null default 'en-US',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint prompt_pkey primary key (id),
    constraint prompt_tenant_key unique (organization_id, id),
    constraint prompt_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint prompt_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id)
);

create table public.test (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    prompt_id uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint test_pkey primary key (id),
    constraint test_tenant_key unique (organization_id, id),
    constraint test_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint test_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint test_prompt_fkey foreign key (organization_id, prompt_id) references public.prompt (organization_id, id)
);
create index test_prompt_idx on public.test (organization_id, prompt_id);

create table public.test_set (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    description text,
    visibility text not null default 'organization',
    is_published boolean not null default false,
    attributes jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint test_set_pkey primary key (id),
    constraint test_set_tenant_key unique (organization_id, id),
    constraint test_set_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint test_set_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint test_set_name_given check (btrim(name) <> ''),
    constraint test_set_visibility_known check (visibility in ('public', 'organization', 'user')),
    constraint test_set_attributes_are_an_object check (jsonb_typeof(attributes) = 'object')
);

create table public.test_test_set (
    organization_id uuid not null default tasks.bound_organization(),
    test_set_id uuid not null,
    test_id uuid not null,
    position integer not null,
    constraint test_test_set_pkey primary key (test_set_id, test_id),
    constraint test_test_set_position_positive check (position > 0),
    constraint test_test_set_test_set_fkey foreign key (organization_id, test_set_id)
        references public.test_set (organization_id, id) on delete cascade,
    constraint test_test_set_test_fkey foreign key (organization_id, test_id)
        references public.test (organization_id, id) on delete cascade
);
create index test_test_set_test_idx on public.test_test_set (organization_id, test_id);

alter table public.prompt enable row level security, force row level security;
alter table public.test enable row level security, force row level security;
alter table public.test_set enable row level security, force row level security;
alter table public.test_test_set enable row level security, force row level security;

create policy tenant on public.prompt to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_set to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_test_set to tasks_tenant using (organization_id = tasks.bound_organization());

grant select, insert, update, delete on public.prompt, public.test, public.test_set, public.test_test_set to tasks_tenant;
