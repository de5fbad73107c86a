-- What a group does about members that do not succeed.
alter table tasks.task_group
  alter column callback_id drop not null,
  -- all_ended: the callback fires when every member has ended. all_succeeded: only if all of them succeeded; else it is
  -- revoked, and a task that waits for the group fails.
  add column policy text not null default 'all_ended' check (policy in ('all_ended', 'all_succeeded')),
  -- A chain: the first member that does not succeed cancels those behind it.
  add column stops_on_failure boolean not null default false,
  add column unsuccessful integer not null default 0,
  add constraint parent_needs_callback check (parent_id is null or callback_id is not null);
