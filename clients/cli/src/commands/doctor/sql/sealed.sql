-- Every Fernet token that is stored; $1: at most.
select (regexp_matches(text, 'gAAAA[A-Za-z0-9_-]+=*', 'g'))[1]
from (
  select auth::text from public.endpoint
  union all select secrets::text from public.endpoint
  union all select last_token from public.endpoint
  union all select key from public.model
  union all select secret from public.webhook
) stored(text)
where text is not null
limit $1;
