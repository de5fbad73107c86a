-- Tasks that run with a window, and a callback that fires once, when the last of them has ended, however it ended.
create table tasks.task_group (
  id uuid primary key,
  organization_id uuid,
  callback_id uuid not null,
  -- The task that handed itself over to the group; ended by the callback's end.
  parent_id uuid,
  total integer not null,
  remaining integer not null,
  window_size integer not null,
  -- Places of the window that no member holds.
  free integer not null,
  -- Members before this position have been released.
  next_position integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  -- When the relay recounts the group from its rows.
  check_at timestamptz not null default clock_timestamp() + interval '5 minutes',
  cancelled_at timestamptz,
  finished_at timestamptz,

  constraint remaining_is_a_count check (remaining between 0 and total),
  constraint free_within_window check (free between 0 and window_size)
);

create index task_group_by_check_at on tasks.task_group (check_at) where finished_at is null;
create index task_group_by_parent on tasks.task_group (parent_id) where parent_id is not null;
