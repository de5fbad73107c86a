-- Only the verbs write these rows. What they owe each other is asked after every step of the model test (tests/model), not of
-- every task: Postgres reads the text of each check again for each statement, which was a twelfth of the cost of starting one
-- task. The check of the arguments stays, because they come from outside.
alter table tasks.task
  drop constraint status_is_known,
  drop constraint finished_if_final,
  drop constraint attempt_if_final,
  drop constraint failed_if_unsuccessful;
alter table tasks.outbox
  drop constraint attempts_count_from_one,
  drop constraint retries_stay_in_budget,
  drop constraint claimed_with_token,
  drop constraint waits_unclaimed;

-- A group's counters move at every end: room for the next versions of its row beside it.
alter table tasks.task_group set (fillfactor = 40);
-- Few at any time. A claim asks for them once, and not each member for its group.
create index task_group_cancelled on tasks.task_group (id) where cancelled_at is not null and finished_at is null;
