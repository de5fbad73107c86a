-- When the last attempt of a task began: while it runs the outbox tells; this is written with its end, or with its handing over, so
-- it costs no statement. Not by which invocation: 92 bytes more, and a row in fourteen would no longer fit beside its older self.
alter table tasks.task add column started_at timestamptz;
