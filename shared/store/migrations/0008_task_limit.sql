-- How many tasks of one key may run at a time, and how many may begin per interval. No process keeps the limit: a claim
-- that finds no room leaves its task waiting, and the next end of the key lets one go.
create table tasks.task_limit (
  organization_id uuid,
  key text not null,
  max_running integer,
  rate double precision,
  per interval,
  -- The token bucket of the rate: what was left at the time of its last use.
  allowance double precision not null default 0,
  used_at timestamptz not null default clock_timestamp(),

  constraint one_limit_per_key unique nulls not distinct (organization_id, key),
  constraint key_is_short check (length(key) between 1 and 255),
  constraint max_running_is_positive check (max_running >= 1),
  constraint rate_is_whole check ((rate is null) = (per is null) and rate >= 1 and per > interval '0'),
  constraint limits_something check (max_running is not null or rate is not null)
);
