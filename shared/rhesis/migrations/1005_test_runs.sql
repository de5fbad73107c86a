-- What happened: a test run per task, the tests it is made of, and one result for each of them.

create table public.test_configuration (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    endpoint_id uuid not null,
    test_set_id uuid,
    attributes jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint test_configuration_pkey primary key (id),
    constraint test_configuration_tenant_key unique (organization_id, id),
    constraint test_configuration_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint test_configuration_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint test_configuration_endpoint_fkey foreign key (organization_id, endpoint_id)
        references public.endpoint (organization_id, id),
    constraint test_configuration_test_set_fkey foreign key (organization_id, test_set_id)
        references public.test_set (organization_id, id) on delete set null (test_set_id),
    constraint test_configuration_attributes_are_an_object check (jsonb_typeof(attributes) = 'object')
);
create index test_configuration_endpoint_idx on public.test_configuration (organization_id, endpoint_id);
create index test_configuration_test_set_idx on public.test_configuration (organization_id, test_set_id);

-- One run per task: retries find the run of their task and never make another.
create table public.test_run (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    test_configuration_id uuid not null,
    task_id uuid not null,
    status text not null default 'Queued',
    total integer not null default 0,
    error text,
    attributes jsonb not null default '{}',
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint test_run_pkey primary key (id),
    constraint test_run_tenant_key unique (organization_id, id),
    constraint test_run_task_key unique (task_id),
    constraint test_run_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint test_run_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint test_run_configuration_fkey foreign key (organization_id, test_configuration_id)
        references public.test_configuration (organization_id, id),
    constraint test_run_status_known check (status in ('Queued', 'Progress', 'Completed', 'Partial', 'Failed', 'Cancelled')),
    constraint test_run_ended_if_and_only_if_completed_at
        check ((status in ('Completed', 'Partial', 'Failed', 'Cancelled')) = (completed_at is not null)),
    constraint test_run_total_not_negative check (total >= 0),
    constraint test_run_attributes_are_an_object check (jsonb_typeof(attributes) = 'object')
);
create index test_run_configuration_idx on public.test_run (organization_id, test_configuration_id);

-- The tests of a run as they were when it started: a test set may change, and a test be deleted, while the run is on.
create table public.test_run_test (
    organization_id uuid not null default tasks.bound_organization(),
    test_run_id uuid not null,
    test_id uuid not null,
    position integer not null,
    constraint test_run_test_pkey primary key (test_run_id, test_id),
    constraint test_run_test_run_fkey foreign key (organization_id, test_run_id)
        references public.test_run (organization_id, id) on delete cascade
);

create table public.test_result (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    test_run_id uuid not null,
    test_id uuid not null,
    status text not null,
    reason text,
    test_output jsonb not null default '{}',
    test_metrics jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint test_result_pkey primary key (id),
    constraint test_result_run_test_key unique (test_run_id, test_id),
    constraint test_result_run_fkey foreign key (organization_id, test_run_id)
        references public.test_run (organization_id, id) on delete cascade,
    constraint test_result_test_of_the_run foreign key (test_run_id, test_id)
        references public.test_run_test (test_run_id, test_id) on delete cascade,
    constraint test_result_status_known check (status in ('Pass', 'Fail', 'Error')),
    constraint test_result_error_has_a_reason check (status <> 'Error' or reason is not null)
);
-- The status rides along so that counting a run's verdicts, which every look at its progress does, reads the index only.
create index test_result_run_idx on public.test_result (organization_id, test_run_id) include (status);

alter table public.test_configuration enable row level security, force row level security;
alter table public.test_run enable row level security, force row level security;
alter table public.test_run_test enable row level security, force row level security;
alter table public.test_result enable row level security, force row level security;

create policy tenant on public.test_configuration to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_run to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_run_test to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.test_result to tasks_tenant using (organization_id = tasks.bound_organization());

grant select, insert, update, delete on public.test_configuration to tasks_tenant;
grant select, insert, update on public.test_run, public.test_result to tasks_tenant;
grant select, insert on public.test_run_test to tasks_tenant;
