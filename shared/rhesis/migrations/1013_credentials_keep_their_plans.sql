-- Every request begins with one of these look-ups, and a function in SQL is planned anew at every call: that was most of their
-- time. In PL/pgSQL a connection plans them once. The plans are by key whatever the tables held then, as
-- shared/store/verbs/plans.sql says of the engine's verbs. What they answer stays as it was.
create or replace function public.authenticate(token_hash text)
returns table (user_id uuid, organization_id uuid)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    known record;
begin
    select t.id, t.last_used_at, u.id as user_id, u.organization_id into known
    from public.token t
    join public."user" u on u.id = t.user_id and u.organization_id = t.organization_id
    join public.organization o on o.id = u.organization_id
    where t.token_hash = authenticate.token_hash
      and t.revoked_at is null
      and (t.expires_at is null or t.expires_at > clock_timestamp())
      and u.is_active
      and o.is_active;
    if not found then
        return;
    end if;
    if known.last_used_at is null or known.last_used_at < clock_timestamp() - interval '1 hour' then
        -- A row that somebody else is just marking is left to them: nobody waits.
        update public.token t set last_used_at = clock_timestamp()
        where t.id in (select l.id from public.token l where l.id = known.id for no key update skip locked);
    end if;
    return query select known.user_id, known.organization_id;
end
$$;

create or replace function public.authenticate_user(p_user uuid)
returns table (user_id uuid, organization_id uuid)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
    return query
    select u.id, u.organization_id
    from public."user" u
    left join public.organization o on o.id = u.organization_id
    where u.id = p_user and u.is_active and (u.organization_id is null or o.is_active);
end
$$;

create or replace function public.authenticate_subject(p_subject text, p_email text)
returns table (user_id uuid, organization_id uuid)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
    return query
    select u.id, u.organization_id
    from (
        select s.id from public."user" s where s.subject = p_subject
        union all
        select e.id from public."user" e
        where lower(e.email) = lower(p_email) and e.subject is null
          and not exists (select from public."user" s where s.subject = p_subject)
    ) found
    join public."user" u on u.id = found.id
    left join public.organization o on o.id = u.organization_id
    where u.is_active and (u.organization_id is null or o.is_active);
end
$$;
