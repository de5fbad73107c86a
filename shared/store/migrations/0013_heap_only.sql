-- A task that succeeds moves in no index. Postgres keeps the new version of a row on the old one's page if no indexed
-- column changes and the page has room (a heap-only update), and then logs what lies between the first byte that changed
-- and the last: so what changes together stands together, behind what never changes.

-- What the functions and views of the last release lean on; they are made anew after every migration.
drop view if exists tasks.task_state;
drop function if exists tasks.still_held(uuid, uuid[]), tasks.decide(uuid, tasks.ending[], timestamptz);

-- What did not succeed has a column of its own, so that the indexes over it are none of a success's business. finished_at
-- has no index at all: retention walks the table, see prune.sql.
alter table tasks.task
  add column failed_at timestamptz,
  add column new_status text not null default 'PENDING',
  add column new_attempt integer,
  add column new_finished_at timestamptz;
alter table tasks.outbox
  add column new_claim_token uuid,
  add column new_claimed_at timestamptz,
  add column new_claimed_by text;
set local role tasks_engine;
update tasks.task
set new_status = status, new_attempt = attempt, new_finished_at = finished_at,
  failed_at = case when status in ('FAILURE', 'REVOKED') then finished_at end;
update tasks.outbox set new_claim_token = claim_token, new_claimed_at = claimed_at, new_claimed_by = claimed_by;
reset role;

drop index tasks.task_by_finished_at, tasks.task_unsuccessful, tasks.task_dead;
alter table tasks.task drop column status, drop column attempt, drop column finished_at;
alter table tasks.task rename column new_status to status;
alter table tasks.task rename column new_attempt to attempt;
alter table tasks.task rename column new_finished_at to finished_at;
alter table tasks.task
  add constraint status_is_known check (status in ('PENDING', 'SUCCESS', 'FAILURE', 'REVOKED')),
  add constraint finished_if_final check ((status = 'PENDING') = (finished_at is null)),
  add constraint attempt_if_final check ((status = 'PENDING') = (attempt is null)),
  add constraint failed_if_unsuccessful check ((status in ('FAILURE', 'REVOKED')) = (failed_at is not null));
create index task_unsuccessful on tasks.task (organization_id, id) where failed_at is not null;
create index task_dead on tasks.task (organization_id, kind, fingerprint, failed_at) where fingerprint is not null;

comment on column tasks.task.failed_at is 'finished_at of what did not succeed.';
comment on column tasks.task.attempt is 'The last attempt; what an ended task is begun anew with is this plus one.';

-- A claim is the beginning: its commit is sent when its answer has arrived, see claim.sql.
alter table tasks.outbox drop column claim_token, drop column claimed_at, drop column claimed_by, drop column began;
alter table tasks.outbox rename column new_claim_token to claim_token;
alter table tasks.outbox rename column new_claimed_at to claimed_at;
alter table tasks.outbox rename column new_claimed_by to claimed_by;
alter table tasks.outbox
  add constraint claimed_with_token check ((claimed_at is null) = (claim_token is null)),
  add constraint waits_unclaimed check (awaits is null or claimed_at is null),
  -- Only the verbs write both rows, always together; looking each task up again was a quarter of the cost of starting it.
  drop constraint outbox_task_id_fkey;

comment on column tasks.outbox.claimed_by is 'Function request id and log stream of the invocation that holds the claim.';

-- One update is what most rows live to see: room for the second version of each, which is larger.
alter table tasks.task set (fillfactor = 45);
alter table tasks.outbox set (fillfactor = 35);

-- The block of tasks.task that retention looks at next.
alter table tasks.relay add column prune_block bigint not null default 0;
