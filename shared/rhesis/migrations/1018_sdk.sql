-- What Rhesis's SDK says of endpoints, tests and test sets, and we keep, so that it reads again what it has said.

alter table public.endpoint
    add column description text,
    -- Projects are not ours: the text is kept as it was said.
    add column project_id text,
    add constraint endpoint_description_short check (char_length(description) <= 10000),
    add constraint endpoint_project_id_short check (char_length(project_id) <= 255);

alter table public.test_set
    add column short_description text,
    add column metadata jsonb not null default '{}',
    add constraint test_set_short_description_short check (char_length(short_description) <= 10000),
    add constraint test_set_metadata_is_an_object check (jsonb_typeof(metadata) = 'object');

alter table public.test
    add column category text,
    add column topic text,
    add column metadata jsonb not null default '{}',
    add constraint test_category_short check (char_length(category) <= 255),
    add constraint test_topic_short check (char_length(topic) <= 255),
    add constraint test_metadata_is_an_object check (jsonb_typeof(metadata) = 'object');

-- Whether a test is in another test set than this one, be it one that the bound user may not see.
create function public.is_in_another_set(p_test uuid, p_test_set uuid) returns boolean
language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from public.test_test_set o
    where o.organization_id = tasks.bound_organization() and o.test_id = p_test and o.test_set_id <> p_test_set);
end
$$;
do $$
begin
  grant create on schema public to tasks_engine;
  revoke execute on function public.is_in_another_set(uuid, uuid) from public;
  alter function public.is_in_another_set(uuid, uuid) owner to tasks_engine;
  revoke create on schema public from tasks_engine;
end
$$;
grant execute on function public.is_in_another_set(uuid, uuid) to tasks_tenant;

-- A test that is taken out of a private test set and is in no other one stays as private as it was, until its user puts it into
-- another. Rows of other users are out of reach.
grant select, insert, delete on public.private_test to tasks_tenant;
create policy own on public.private_test as restrictive to tasks_tenant
    using (user_id = tasks.bound_user()) with check (user_id = tasks.bound_user());
