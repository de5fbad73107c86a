-- The contracts, as the code of the last deployment declares them: written by the migrate function, read by the verbs.
create table tasks.kind (
  kind text primary key,
  version integer not null,
  max_retries integer not null,
  backoff_factor interval not null,
  backoff_cap interval not null,
  time_limit interval not null,
  retention interval not null,

  constraint kind_is_a_name check (kind ~ '^[a-z][a-z0-9_]{0,55}$'),
  constraint retries_are_counted check (max_retries >= 0)
);

grant select on tasks.kind to tasks_engine, tasks_tenant;
