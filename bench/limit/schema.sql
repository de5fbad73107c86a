-- The rows that the engine has for a task, with the least in them: what was asked, and a promise that it will be run.
-- Room on each page for the later versions of its rows, so that no update touches an index.
create table t (
  id bigint generated always as identity primary key,
  done_at timestamptz,
  state smallint not null default 0,
  payload jsonb not null
) with (fillfactor = 50);
create table o (
  id bigint primary key,
  run_at timestamptz not null default now(),
  lease_until timestamptz,
  attempts smallint not null default 0
) with (fillfactor = 50);
