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

-- A list of new tasks as anybody may write it, with the names of HTTP or of the columns: {"expires", "backoff", "priority": "high"}
-- are {"expires_in" or "expires_at", "backoff_factor", "backoff_cap", "priority": 1}. Answers it with those of the columns.
-- Refuses names that there are not, types that cannot be read, and what only the engine sets.
create or replace function tasks.read_options(p_tasks jsonb) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  v_names constant text[] := '{id,task_id,kind,args,parent_id,countdown,eta,expires,expires_in,expires_at,max_retries,backoff,backoff_factor,backoff_cap,time_limit,priority,limit_key,headers,idempotency_key}';
  bad record;
begin
  if jsonb_typeof(p_tasks) is distinct from 'array' then
    perform tasks.refuse('tasks', 'must be a list of objects', 0);
  end if;
  select * into bad from (
    select place - 1 as place, key, case
      when jsonb_typeof(task) <> 'object' then 'must be an object'
      when key <> all (v_names) then format('is unknown; there may be %s', array_to_string(v_names, ', '))
      when kind = 'null' then null
      when key = any ('{countdown,expires_in,backoff_factor,backoff_cap,time_limit}')
        and (kind <> 'number' or abs((value #>> '{}')::numeric) > 1e308) then 'must be a number of seconds'
      when key = 'max_retries' and (kind <> 'number' or (value #>> '{}')::numeric not between -1e6 and 1e6
        or (value #>> '{}')::numeric % 1 <> 0) then 'must be a whole number'
      when key = 'priority' and value <> all ('{"\"low\"","\"normal\"","\"high\"",-1,0,1}'::jsonb[])
        then 'must be low, normal or high'
      when key = any ('{kind,limit_key,idempotency_key}') and kind <> 'string' then 'must be a string'
      when key = any ('{id,task_id,parent_id}') and (kind <> 'string'
        or value #>> '{}' !~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$') then 'must be a UUID'
      when key = any ('{eta,expires_at}') and (kind <> 'string' or not tasks.is_time(value #>> '{}')) then 'must be a time'
      when key = 'expires' and not case kind when 'number' then abs((value #>> '{}')::numeric) <= 1e308
        when 'string' then tasks.is_time(value #>> '{}') else false end then 'must be a number of seconds or a time'
      when key = 'backoff' and (kind <> 'object' or value - '{factor,cap}'::text[] <> '{}'
        or exists (select from jsonb_each(value) b where jsonb_typeof(b.value) <> 'number'
          or abs((b.value #>> '{}')::numeric) > 1e308)) then 'must be an object of factor and cap, numbers of seconds'
    end as problem
    from jsonb_array_elements(p_tasks) with ordinality a(task, place)
    cross join lateral jsonb_each(case jsonb_typeof(task) when 'object' then task - '{args,headers}'::text[]
      else '{"tasks": null}' end) e
    cross join lateral jsonb_typeof(e.value) t(kind)
  ) judged
  where problem is not null
  order by place, key limit 1;
  if found then
    perform tasks.refuse(bad.key, bad.problem, bad.place);
  end if;
  if not exists (select from jsonb_array_elements(p_tasks) a(task)
    where task ?| '{expires,backoff,task_id}' or jsonb_typeof(task -> 'priority') = 'string')
  then
    return p_tasks;
  end if;
  select place - 1 as place into bad from jsonb_array_elements(p_tasks) with ordinality a(task, place)
  where task ? 'expires' and task ?| '{expires_in,expires_at}' or task ? 'task_id' and task ?| '{id,idempotency_key}' or task ? 'backoff' and task ?| '{backoff_factor,backoff_cap}'
  order by place limit 1;
  if found then
    perform tasks.refuse('options', 'say the same by two names', bad.place);
  end if;
  return (select jsonb_agg(jsonb_strip_nulls(task - '{expires,backoff,priority,args,headers,task_id}'::text[] || jsonb_build_object(
      'id', coalesce(task -> 'task_id', task -> 'id'),
      'idempotency_key', coalesce('task_id:' || (task ->> 'task_id')::uuid, task ->> 'idempotency_key'),
      'expires_in', case jsonb_typeof(task -> 'expires') when 'number' then task -> 'expires' else task -> 'expires_in' end,
      'expires_at', case jsonb_typeof(task -> 'expires') when 'string' then task -> 'expires' else task -> 'expires_at' end,
      'backoff_factor', coalesce(task -> 'backoff' -> 'factor', task -> 'backoff_factor'),
      'backoff_cap', coalesce(task -> 'backoff' -> 'cap', task -> 'backoff_cap'),
      'priority', coalesce('{"low": -1, "normal": 0, "high": 1}'::jsonb -> (task ->> 'priority'), task -> 'priority')))
      -- Whose nulls are the caller's.
      || case when task ? 'args' then jsonb_build_object('args', task -> 'args') else '{}' end
      || case when task ? 'headers' then jsonb_build_object('headers', task -> 'headers') else '{}' end order by place)
    from jsonb_array_elements(p_tasks) with ordinality a(task, place));
end
$$;

-- Whether a text is a time that everybody can read: of the years 1 to 9999.
create or replace function tasks.is_time(p_text text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
  return p_text ~ '^[0-9]{4}-' and p_text::timestamptz between '0001-01-02Z' and '9999-12-30Z';
exception
  when data_exception then return false;
end
$$;

-- Refuses fields of an object that are not among those that it may have.
create or replace function tasks.check_names(p jsonb, p_names text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  v_bad text;
begin
  select key into v_bad from jsonb_object_keys(p) key where key <> all (p_names) order by key limit 1;
  if found then
    perform tasks.refuse(v_bad, format('is unknown; there may be %s', array_to_string(p_names, ', ')), 0);
  end if;
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
    when n.expires_at > p_now + interval '731 days' then array['expires', 'must be at most two years ahead']
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
