-- Times of the protocol. The only clock is clock_timestamp(): now() stands still in a long transaction.

-- How long a claim lasts without a heartbeat. Together with a sweep a minute, a lost attempt is found within 105 s.
create or replace function tasks.lease() returns interval
language sql immutable parallel safe return interval '45 seconds';

-- The shortest first lease: the first two heartbeats come after 6 and 20 s.
create or replace function tasks.first_lease() returns interval
language sql immutable parallel safe return interval '25 seconds';

-- When a claim's lease ends. The timer is left alone if it is good enough: an update that changes no indexed column is a cheap
-- one.
create or replace function tasks.lease_end(visible_at timestamptz, at timestamptz) returns timestamptz
language sql stable parallel safe
return case when visible_at between at + tasks.first_lease() and at + tasks.lease() then visible_at
  else at + tasks.lease() end;

-- How long the relay lets a sent message be on its way before it sends another.
create or replace function tasks.patience(dispatches integer) returns interval
language sql immutable parallel safe
return least(interval '30 seconds' * power(4, least(dispatches, 6)), interval '1 hour');

-- The longest delay that a message can carry (SQS DelaySeconds); what is due later waits for the relay.
create or replace function tasks.longest_delay() returns interval
language sql immutable parallel safe return interval '900 seconds';

-- Whether (1) or not (0) the message of what is let go now, to begin at a time or at once, can carry the wait.
create or replace function tasks.can_wait(begin_at timestamptz, at timestamptz) returns integer
language sql immutable parallel safe
return (begin_at is null or begin_at <= at + tasks.longest_delay())::integer;

-- When the relay acts on it: after the patience of its message, or at its time if none can wait so long.
create or replace function tasks.first_look(begin_at timestamptz, at timestamptz) returns timestamptz
language sql immutable parallel safe
return case when begin_at > at + tasks.longest_delay() then begin_at else greatest(begin_at, at) + tasks.patience(0) end;

-- Full jitter: a random time up to factor × 2^retries, at most cap.
create or replace function tasks.backoff(factor interval, cap interval, retries integer) returns interval
language sql volatile parallel safe
return random() * least(cap, factor * power(2, least(retries, 40)));

-- A wait that doubles each time from `first` on, at most `longest`, of which a half to the whole is drawn.
create or replace function tasks.pause(first interval, longest interval, times integer) returns interval
language sql volatile parallel safe
return (0.5 + random() / 2) * least(longest, first * power(2, least(times, 40)));

-- A wake-up call, as the caller shall send it after its commit.
-- Stable, as jsonb_build_object is: so it is inlined.
create or replace function tasks.wake(o tasks.outbox, at timestamptz) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
  'task_id', o.task_id, 'attempt', o.attempt, 'kind', o.kind, 'organization_id', o.organization_id,
  'wait_seconds', greatest(extract(epoch from o.not_before - at), 0));
