-- Endpoints in full: WebSockets, time limits, auth with encrypted secrets, and deletion that leaves past runs readable.
-- auth holds its secrets as Fernet tokens; last_token is one too.

alter table public.endpoint
    add column timeout_seconds integer not null default 30,
    add column auth jsonb not null default '{"type": "none"}',
    add column last_token text,
    add column last_token_expires_at timestamptz,
    add column deleted_at timestamptz,
    drop constraint endpoint_protocol_known,
    add constraint endpoint_protocol_known check (protocol in ('REST', 'WebSocket')),
    add constraint endpoint_timeout_bearable check (timeout_seconds between 1 and 60),
    add constraint endpoint_auth_known
        check (auth ->> 'type' in ('none', 'bearer_token', 'api_key', 'client_credentials') is true),
    add constraint endpoint_token_whole check ((last_token is null) = (last_token_expires_at is null)),
    add constraint endpoint_token_encrypted check (last_token like 'gAAAA%');

create index endpoint_list_idx on public.endpoint (organization_id, id desc) where deleted_at is null;
