-- Judges: models that can be asked for a verdict, what a metric needs to ask one, behaviors that bring metrics to tests,
-- and what a run needs so that an answer is judged again without being asked for again.

create table public.model (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    model_name text not null,
    -- Base URL of an OpenAI-compatible API, without /chat/completions.
    endpoint text not null,
    -- Encrypted; null for a model that wants none.
    key text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint model_pkey primary key (id),
    constraint model_tenant_key unique (organization_id, id),
    constraint model_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint model_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint model_name_given check (btrim(name) <> ''),
    constraint model_model_name_given check (btrim(model_name) <> '')
);

-- The metrics that there are before this migration are all of classes that answer met or not met.
alter table public.metric
    add column evaluation_prompt text,
    add column evaluation_steps text,
    add column reasoning text,
    add column evaluation_examples text,
    add column score_type text not null default 'binary',
    add column min_score double precision,
    add column max_score double precision,
    add column threshold double precision,
    add column threshold_operator text not null default '=',
    add column categories jsonb not null default '[]',
    add column passing_categories jsonb not null default '[]',
    add column ground_truth_required boolean not null default false,
    add column context_required boolean not null default false,
    add column metric_scope jsonb not null default '["Single-Turn"]',
    add column model_id uuid,
    add constraint metric_score_type_known check (score_type in ('numeric', 'categorical', 'binary')),
    add constraint metric_threshold_operator_known check (threshold_operator in ('=', '<', '>', '<=', '>=', '!=')),
    add constraint metric_categories_are_texts
        check (jsonb_typeof(categories) = 'array' and not categories @? '$[*] ? (@.type() != "string")'),
    add constraint metric_passing_categories_are_texts
        check (jsonb_typeof(passing_categories) = 'array' and not passing_categories @? '$[*] ? (@.type() != "string")'),
    add constraint metric_scope_is_given
        check (jsonb_typeof(metric_scope) = 'array' and metric_scope <> '[]' and not metric_scope @? '$[*] ? (@.type() != "string")'),
    -- A metric whose model is gone asks the configuration's.
    add constraint metric_model_fkey foreign key (organization_id, model_id)
        references public.model (organization_id, id) on delete set null (model_id);
create index metric_model_idx on public.metric (organization_id, model_id);

create table public.behavior (
    id uuid not null default tasks.uuid_v7(),
    organization_id uuid not null default tasks.bound_organization(),
    user_id uuid,
    name text not null,
    description text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint behavior_pkey primary key (id),
    constraint behavior_tenant_key unique (organization_id, id),
    constraint behavior_organization_fkey foreign key (organization_id) references public.organization (id),
    constraint behavior_user_fkey foreign key (organization_id, user_id) references public."user" (organization_id, id),
    constraint behavior_name_given check (btrim(name) <> '')
);

create table public.behavior_metric (
    organization_id uuid not null default tasks.bound_organization(),
    behavior_id uuid not null,
    metric_id uuid not null,
    constraint behavior_metric_pkey primary key (behavior_id, metric_id),
    constraint behavior_metric_behavior_fkey foreign key (organization_id, behavior_id)
        references public.behavior (organization_id, id) on delete cascade,
    constraint behavior_metric_metric_fkey foreign key (organization_id, metric_id)
        references public.metric (organization_id, id) on delete cascade
);
create index behavior_metric_metric_idx on public.behavior_metric (organization_id, metric_id);

alter table public.test
    add column behavior_id uuid,
    add constraint test_behavior_fkey foreign key (organization_id, behavior_id)
        references public.behavior (organization_id, id) on delete set null (behavior_id);
create index test_behavior_idx on public.test (organization_id, behavior_id);

-- A run that judges the answers of another one anew.
alter table public.test_run
    add column rescore_of uuid,
    add constraint test_run_rescore_of_fkey foreign key (organization_id, rescore_of)
        references public.test_run (organization_id, id) on delete set null (rescore_of),
    add constraint test_run_rescores_another check (rescore_of <> id);
create index test_run_rescore_of_idx on public.test_run (organization_id, rescore_of) where rescore_of is not null;

-- The answer of an endpoint that a model is still to judge: a repeated attempt does not ask again. Null once judged.
alter table public.test_run_test add column answer jsonb;
grant update (answer) on public.test_run_test to tasks_tenant;

alter table public.model enable row level security, force row level security;
alter table public.behavior enable row level security, force row level security;
alter table public.behavior_metric enable row level security, force row level security;

create policy tenant on public.model to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.behavior to tasks_tenant using (organization_id = tasks.bound_organization());
create policy tenant on public.behavior_metric to tasks_tenant using (organization_id = tasks.bound_organization());

grant select, insert, update, delete on public.model, public.behavior, public.behavior_metric to tasks_tenant;
