-- Attempts that did not succeed.
create table tasks.attempt_history (
  task_id uuid not null references tasks.task on delete cascade,
  attempt integer not null,
  organization_id uuid,
  outcome text not null,
  error jsonb,
  claimed_at timestamptz,
  ended_at timestamptz not null default clock_timestamp(),
  claimed_by text,

  primary key (task_id, attempt),
  constraint outcome_is_known check (outcome in
    ('retry', 'failure', 'snooze', 'timed_out', 'panicked', 'lost', 'gave_back', 'handed_over', 'revoked', 'expired'))
);
