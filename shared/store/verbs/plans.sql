-- The verbs of a task's way look every row up by its key, whatever the tables held when a connection planned them. Left to
-- itself Postgres plans for what it last counted: an outbox that was empty then is read from end to end ever after. And it
-- plans anew for every list of ids, which costs more than running the plan.
do $$
declare
  verb regprocedure;
begin
  foreach verb in array array[
    'tasks.enqueue_all(jsonb, boolean)', 'tasks.enqueue_group(jsonb)',
    'tasks.take(text, uuid[], integer[], uuid, integer, text)', 'tasks.claim(text, jsonb, uuid, integer, text)',
    'tasks.succeed(uuid, uuid[], integer[], jsonb[])',
    'tasks.heartbeat(uuid, uuid[])', 'tasks.finish(uuid, jsonb)', 'tasks.hand_over(uuid, uuid, integer, jsonb)',
    'tasks.sweep_overdue(integer)', 'tasks.sweep_due(integer, integer)']::regprocedure[]
  loop
    execute format('alter function %s set plan_cache_mode = force_generic_plan', verb);
    execute format('alter function %s set enable_seqscan = off', verb);
    execute format('alter function %s set enable_hashjoin = off', verb);
    execute format('alter function %s set enable_mergejoin = off', verb);
    -- A bitmap has no order: a group's next members would all be read and sorted for each that is let go.
    execute format('alter function %s set enable_bitmapscan = off', verb);
    execute format('alter function %s set jit = off', verb);
  end loop;
end
$$;
