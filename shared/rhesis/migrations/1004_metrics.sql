-- How answers are judged. class_name says which judge, parameters what it needs; the judges live in the crate.

create table public.metric (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    description text,
    class_name text not null,
    parameters jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint metric_pkey primary key (id),
    constraint metric_tenant_key unique (organization_id, id),
    constraint metric_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint metric_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint metric_name_given check (btrim(name) <> ''),
    constraint metric_parameters_are_an_object check (jsonb_typeof(parameters) = 'object')
);

create table public.test_set_metric (
    organization_id uuid not null default tasks.bound_organization(),
    test_set_id uuid not null,
    metric_id uuid not null,
    constraint test_set_metric_pkey primary key (test_set_id, metric_id),
    constraint test_set_metric_test_set_fkey foreign key (organization_id, test_set_id)
        references public.test_set (organization_id, id) on delete cascade,
    constraint test_set_metric_metric_fkey foreign key (organization_id, metric_id)
        references public.metric (organization_id, id) on delete cascade
);
create index test_set_metric_metric_idx on public.test_set_metric (organization_id, metric_id);

alter table public.metric enable row level security, force row level security;
alter table public.test_set_metric enable row level security, force row level security;
create policy tenant on public.metric to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_set_metric to tasks_tenant using (organization_id = tasks.bound_organization());
grant select, insert, update, delete on public.metric, public.test_set_metric to tasks_tenant;
