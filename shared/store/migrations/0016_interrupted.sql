-- Two more ways in which an attempt may end without its own doing: its connection to Postgres broke, or Postgres gave its
-- transaction up in favour of another.
alter table tasks.attempt_history
  drop constraint outcome_is_known,
  add constraint outcome_is_known check (outcome in ('retry', 'failure', 'snooze', 'timed_out', 'panicked', 'lost', 'gave_back',
    'handed_over', 'revoked', 'expired', 'interrupted', 'contended'));
