-- What handlers wrote in the transactions that ended their attempts, against how their tasks ended: one sentence a row.
with effect as (
  select split_part(name, ' ', 1)::uuid as task_id, split_part(name, ' ', 2) as word, description::integer as attempt
  from public.test_set
)
select format('attempt %s of task %s ended %s times', attempt, task_id, count(*))
from effect group by task_id, attempt having count(*) > 1
union all
select format('task %s is %s: %s times it succeeded, %s times it was handed over', t.id, t.status,
  count(*) filter (where e.word = 'success'), count(*) filter (where e.word = 'hand_over' and e.attempt = t.attempt - 1))
from tasks.task t left join effect e on e.task_id = t.id
group by t.id
having count(*) filter (where e.word = 'success' or t.status = 'SUCCESS' and e.word = 'hand_over' and e.attempt = t.attempt - 1)
  <> (t.status = 'SUCCESS')::integer
union all
select format('task %s: %s groups, %s times it was handed over', t.id,
  (select count(*) from tasks.task_group g where g.parent_id = t.id), count(e.task_id))
from tasks.task t left join effect e on e.task_id = t.id and e.word = 'hand_over'
group by t.id having count(e.task_id) <> (select count(*) from tasks.task_group g where g.parent_id = t.id)
