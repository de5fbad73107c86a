select count(*) from tasks.outbox where not_before < 'infinity' and not_before <= now()
