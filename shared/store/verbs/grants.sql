-- Each role may execute its own verbs; the rest are the engine's own.
do $$
declare
  verb regprocedure;
begin
  grant create on schema tasks to tasks_engine;
  for verb in select oid::regprocedure from pg_proc where pronamespace = 'tasks'::regnamespace and prokind = 'f' loop
    execute format('revoke execute on function %s from public', verb);
    if (select prosecdef from pg_proc where oid = verb) then
      execute format('alter function %s owner to tasks_engine', verb);
    else
      execute format('grant execute on function %s to tasks_engine', verb);
    end if;
  end loop;
  revoke create on schema tasks from tasks_engine;
end
$$;

grant execute on function tasks.uuid_v7(), tasks.bound_organization(), tasks.bound_user() to public;

-- What policies ask.
grant execute on function tasks.sees_all(), tasks.hides(uuid), tasks.hides_group(uuid), tasks.hides_task(uuid, uuid, uuid),
  tasks.hides_schedule(uuid, uuid), tasks.hides_id(uuid), tasks.hidden_subjects(), tasks.hidden_groups(),
  tasks.hidden_tasks() to tasks_tenant;

grant execute on function tasks.start(uuid, uuid, jsonb, uuid[], jsonb[]) to tasks_api;
grant execute on function tasks.enqueue_batch(jsonb, uuid[], jsonb[]) to tasks_tenant;
grant execute on function tasks.enqueue_all(jsonb, boolean) to tasks_tenant;
grant execute on function tasks.enqueue(text, jsonb, jsonb) to tasks_tenant;
grant execute on function tasks.enqueue_group(jsonb) to tasks_tenant;
grant execute on function tasks.forget_key(uuid) to tasks_tenant;
grant execute on function tasks.kick(uuid[]) to tasks_tenant;
grant execute on function tasks.revoke(uuid, text) to tasks_tenant;
grant execute on function tasks.cancel_group(uuid) to tasks_tenant;
grant execute on function tasks.retry_ended(uuid, double precision) to tasks_tenant;
grant execute on function tasks.redrive(uuid[], double precision) to tasks_tenant;
grant execute on function tasks.begin_batch_operation(jsonb, boolean) to tasks_tenant;
grant execute on function tasks.continue_batch_operation(uuid, integer) to tasks_tenant, tasks_relay;
grant execute on function tasks.stop_batch_operation(uuid) to tasks_tenant;
grant execute on function tasks.set_limit(text, integer, double precision, double precision) to tasks_tenant;

-- When the relay came by last is nobody's secret, and tells a tenant why a task that is due has not begun.
grant select on tasks.relay to tasks_tenant;

grant execute on function tasks.take(text, uuid[], integer[], uuid, integer, text) to tasks_worker;
grant execute on function tasks.claim(text, jsonb, uuid, integer, text) to tasks_worker;
grant execute on function tasks.heartbeat(uuid, uuid[]) to tasks_worker;
grant execute on function tasks.still_held(uuid, uuid[]) to tasks_worker;
grant execute on function tasks.checkpoint(uuid, uuid, integer, jsonb) to tasks_worker;
grant execute on function tasks.succeed(uuid, uuid[], integer[], jsonb[]) to tasks_worker;
grant execute on function tasks.finish(uuid, jsonb) to tasks_worker;
grant execute on function tasks.hand_over(uuid, uuid, integer, jsonb) to tasks_worker;

grant execute on function tasks.begin_sweep() to tasks_relay;
grant execute on function tasks.lag() to tasks_relay;
grant execute on function tasks.sweep_due(integer, integer) to tasks_relay;
grant execute on function tasks.sweep_overdue(integer) to tasks_relay;
grant execute on function tasks.check_groups(integer) to tasks_relay;
grant execute on function tasks.prune(integer) to tasks_relay;
grant execute on function tasks.add_up(integer) to tasks_relay;
grant execute on function tasks.tidy_tally(integer) to tasks_relay;
grant execute on function tasks.next_due() to tasks_relay;

grant execute on function tasks.create_schedule(jsonb) to tasks_tenant;
grant execute on function tasks.pause_schedule(uuid) to tasks_tenant;
grant execute on function tasks.resume_schedule(uuid, timestamptz, timestamptz) to tasks_tenant;
grant execute on function tasks.delete_schedule(uuid) to tasks_tenant;
grant execute on function tasks.due_schedules(uuid, integer) to tasks_relay;
grant execute on function tasks.fire_schedules(jsonb) to tasks_relay;
grant execute on function tasks.declare_schedules(jsonb) to current_user;
