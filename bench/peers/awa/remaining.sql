select count(*) from awa.jobs where state in ('available', 'running', 'retryable')
