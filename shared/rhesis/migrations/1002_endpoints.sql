-- The AI systems under test: how to call them and what to read from their answers.

create table public.endpoint (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    protocol text not null default 'REST',
    method text not null default 'POST',
    url text not null,
    endpoint_path text,
    request_headers jsonb not null default '{}',
    query_params jsonb not null default '{}',
    request_body_template jsonb not null default '{"input": "{{ input }}"}',
    response_mappings jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint endpoint_pkey primary key (id),
    constraint endpoint_tenant_key unique (organization_id, id),
    constraint endpoint_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint endpoint_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint endpoint_name_given check (btrim(name) <> ''),
    constraint endpoint_protocol_known check (protocol in ('REST')),
    constraint endpoint_method_known check (method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
    constraint endpoint_headers_are_an_object check (jsonb_typeof(request_headers) = 'object'),
    constraint endpoint_query_is_an_object check (jsonb_typeof(query_params) = 'object'),
    constraint endpoint_mappings_are_an_object check (jsonb_typeof(response_mappings) = 'object')
);

alter table public.endpoint enable row level security, force row level security;
create policy tenant on public.endpoint to tasks_tenant using (organization_id = tasks.bound_organization());
grant select, insert, update, delete on public.endpoint to tasks_tenant;
