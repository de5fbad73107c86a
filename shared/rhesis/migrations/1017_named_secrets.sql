-- What an endpoint's user marks as secret, beside the secret of auth: Fernet tokens by the names under which headers and query
-- parameters ask for them.

alter table public.endpoint
    add column secrets jsonb not null default '{}',
    add constraint endpoint_secrets_object check (jsonb_typeof(secrets) = 'object');
