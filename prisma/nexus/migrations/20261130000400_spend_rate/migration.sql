-- What the calls of a scope cost over the last seven days: of whole days their sums, of the rest of the first one and of today those of hours.
create function nexus.nexus_week_cost(p_org text, p_scope text, p_scope_id text) returns numeric
language sql stable set search_path = nexus, pg_temp as $$
  select coalesce(sum(cost), 0) from (
    select cost from usage_day_app where p_scope in ('organization', 'app') and org_id = p_org and day >= date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and day < date_trunc('day', now(), 'UTC') and (p_scope = 'organization' or app_id = p_scope_id)
    union all
    select cost from usage_hour_app where p_scope in ('organization', 'app') and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days') and hour < date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and (p_scope = 'organization' or app_id = p_scope_id)
    union all
    select cost from usage_hour_app where p_scope in ('organization', 'app') and org_id = p_org and hour >= date_trunc('day', now(), 'UTC') and (p_scope = 'organization' or app_id = p_scope_id)
    union all
    select cost from usage_day_user where p_scope = 'user' and org_id = p_org and day >= date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and day < date_trunc('day', now(), 'UTC') and user_id = p_scope_id
    union all
    select cost from usage_hour_user where p_scope = 'user' and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days') and hour < date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and user_id = p_scope_id
    union all
    select cost from usage_hour_user where p_scope = 'user' and org_id = p_org and hour >= date_trunc('day', now(), 'UTC') and user_id = p_scope_id
    union all
    select cost from usage_day_user where p_scope = 'key' and org_id = p_org and day >= date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and day < date_trunc('day', now(), 'UTC') and key_id = p_scope_id
    union all
    select cost from usage_hour_user where p_scope = 'key' and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days') and hour < date_trunc('day', now() - interval '7 days', 'UTC') + interval '1 day' and key_id = p_scope_id
    union all
    select cost from usage_hour_user where p_scope = 'key' and org_id = p_org and hour >= date_trunc('day', now(), 'UTC') and key_id = p_scope_id) c
$$;

-- What the calls of a scope cost a day, over the last seven days.
create or replace function nexus.nexus_spend_rate(p_org text, p_scope text, p_scope_id text) returns bigint
language sql stable set search_path = nexus, pg_temp as $$
  select (nexus_week_cost(p_org, p_scope, p_scope_id) / 7)::bigint
$$;

do $$
begin
  revoke execute on function nexus.nexus_week_cost(text, text, text) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_week_cost(text, text, text) to nexus_app;
  end if;
end $$;
