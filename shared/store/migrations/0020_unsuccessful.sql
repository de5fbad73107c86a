-- For those who look at what went wrong: the list of failed and revoked tasks by age, and failures by kind and error, of
-- which one is counted, dated and chosen without reading the wide row.
drop index tasks.task_failed;
create index task_unsuccessful on tasks.task (organization_id, id) where status in ('FAILURE', 'REVOKED');
create index task_dead on tasks.task (organization_id, kind, fingerprint, finished_at) where status = 'FAILURE';
