-- A task that succeeds moves in no index. Postgres keeps the new version of a row on the old one's page, and writes
-- little more than what changed, if no indexed column changes and the page has room (a heap-only update).

-- What did not succeed has columns of its own, so that the indexes over it are none of a success's business. finished_at
-- has no index at all: retention walks the table, see prune.sql.
alter table tasks.task add column failed_at timestamptz;
set local role tasks_engine;
update tasks.task set failed_at = finished_at where status in ('FAILURE', 'REVOKED');
reset role;
alter table tasks.task
  add constraint failed_if_unsuccessful check ((status in ('FAILURE', 'REVOKED')) = (failed_at is not null));
drop index tasks.task_by_finished_at, tasks.task_unsuccessful, tasks.task_dead;
create index task_unsuccessful on tasks.task (organization_id, id) where failed_at is not null;
create index task_dead on tasks.task (organization_id, kind, fingerprint, failed_at) where fingerprint is not null;

comment on column tasks.task.failed_at is 'finished_at of what did not succeed.';

-- One update is what most rows live to see: room for the second version of each.
alter table tasks.task set (fillfactor = 50);
alter table tasks.outbox set (fillfactor = 50);

-- A claim is the beginning: its commit is sent when its answer has arrived, see claim.sql.
alter table tasks.outbox drop column began;

-- The block of tasks.task that retention looks at next.
alter table tasks.relay add column prune_block bigint not null default 0;
