select 'fault', format('the relay came by %s ago', date_trunc('second', clock_timestamp() - swept_at)),
  'Look at its function''s errors and its schedule, then invoke it once: nothing needs catching up.'
from tasks.relay where swept_at < clock_timestamp() - interval '2 minutes';
