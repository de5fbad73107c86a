-- What can be wrong with a new task; each with the name of the option and a sentence. The error's COLUMN is the option, its
-- DETAIL the place in the list, from 0, so that every caller can name both.
create or replace function tasks.refuse(p_option text, p_problem text, p_place bigint) returns void
language plpgsql
as $$
begin
  raise exception '%: %', p_option, p_problem
    using errcode = 'invalid_parameter_value', column = p_option, detail = p_place::text;
end
$$;

-- Refuses a new task that is not to be had; answers its kind.
create or replace function tasks.check_new(n tasks.new_task, p_place bigint, p_now timestamptz) returns tasks.kind
language plpgsql
as $$
declare
  k tasks.kind;
  v_run_at timestamptz;
  v_problem text[];
begin
  select * into k from tasks.kind where kind = n.kind;
  -- Most say nothing that could be wrong, and to look at all of it is a tenth of the cost of starting one task.
  if found and num_nonnulls(n.args, n.countdown, n.eta, n.expires_in, n.expires_at, n.max_retries, n.backoff_factor,
    n.backoff_cap, n.time_limit, n.priority, n.limit_key, n.headers) = 0
  then
    return k;
  end if;
  v_run_at := coalesce(n.eta, p_now
    + make_interval(secs => case when n.countdown between 0 and 31536000 then n.countdown else 0 end));
  v_problem := case
    when k.kind is null then array['kind', format('there is no task of the kind %L', n.kind)]
    when jsonb_typeof(n.args) <> 'object' then array['args', 'must be an object']
    when n.countdown is not null and n.eta is not null then array['eta', 'contradicts countdown: give one of them']
    when n.countdown not between 0 and 31536000 or n.countdown = 'NaN'
      then array['countdown', 'must be between 0 and 31536000 seconds (a year)']
    when n.eta < p_now - interval '5 seconds' then array['eta', 'lies in the past']
    when n.eta > p_now + interval '366 days' then array['eta', 'must be at most a year ahead']
    when n.expires_in is not null and n.expires_at is not null
      then array['expires', 'give a time or a number of seconds, not both']
    when n.expires_in <= 0 or n.expires_in > 63072000 or n.expires_in = 'NaN'
      then array['expires', 'must be more than 0 and at most 63072000 seconds (two years)']
    when n.expires_at <= p_now then array['expires', 'lies in the past']
    when coalesce(n.expires_at, p_now + make_interval(secs => n.expires_in)) <= v_run_at
      then array['expires', 'comes before the task may begin']
    when n.max_retries not between 0 and 1000 then array['max_retries', 'must be between 0 and 1000']
    when n.backoff_factor <= 0 or n.backoff_factor > 86400 or n.backoff_factor = 'NaN'
      then array['backoff.factor', 'must be more than 0 and at most 86400 seconds (a day)']
    when n.backoff_cap <= 0 or n.backoff_cap > 86400 or n.backoff_cap = 'NaN'
      then array['backoff.cap', 'must be more than 0 and at most 86400 seconds (a day)']
    when n.backoff_cap < n.backoff_factor then array['backoff.cap', 'must not be less than backoff.factor']
    when n.time_limit < 1 or n.time_limit > extract(epoch from k.time_limit) or n.time_limit = 'NaN'
      then array['time_limit', format('must be between 1 and %s seconds, the limit of %s',
        extract(epoch from k.time_limit)::integer, n.kind)]
    when n.priority not between -1 and 1 then array['priority', 'must be low, normal or high']
    when length(n.limit_key) not between 1 and 255 then array['limit_key', 'must have 1 to 255 characters']
    when jsonb_typeof(n.headers) <> 'object' then array['headers', 'must be an object']
    when octet_length(n.headers::text) > 8192 then array['headers', 'must not be larger than 8192 bytes']
  end;
  if v_problem is not null then
    perform tasks.refuse(v_problem[1], v_problem[2], p_place);
  end if;
  return k;
end
$$;
