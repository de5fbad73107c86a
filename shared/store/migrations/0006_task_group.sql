-- Tasks that run with a window, and a callback that fires once, when the last of them has ended, however it ended.
create table tasks.task_group (
  id uuid primary key,
  organization_id uuid,
  -- The task that is fired after the last member; a group may have none.
  callback_id uuid,
  -- The task that handed itself over to the group; ended by the callback's end.
  parent_id uuid,
  total integer not null,
  remaining integer not null,
  window_size integer not null,
  -- Places of the window that no member holds.
  free integer not null,
  -- Members before this position have been released.
  next_position integer not null default 0,
  unsuccessful integer not null default 0,
  -- all_ended: the callback fires when every member has ended. all_succeeded: only if all of them succeeded; else it is
  -- revoked, and a task that waits for the group fails.
  policy text not null default 'all_ended',
  -- A chain: the first member that does not succeed cancels those behind it.
  stops_on_failure boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  -- When the relay recounts the group from its rows.
  check_at timestamptz not null default clock_timestamp() + interval '5 minutes',
  cancelled_at timestamptz,
  finished_at timestamptz,

  constraint remaining_is_a_count check (remaining between 0 and total),
  constraint free_within_window check (free between 0 and window_size),
  constraint policy_is_known check (policy in ('all_ended', 'all_succeeded')),
  constraint parent_needs_callback check (parent_id is null or callback_id is not null)
);

create index task_group_by_check_at on tasks.task_group (check_at) where finished_at is null;
create index task_group_by_parent on tasks.task_group (parent_id) where parent_id is not null;
