-- The newest operations of an organization with everything by which people filter them. `nexus_recent_operations` stays for
-- processes of the release before.

-- Payer and prices are in the operation's JSON: they are read where `p_details` asks for them.
create function nexus.nexus_recent_calls(p_org text, p_from uuid, p_before uuid, p_limit int, p_details boolean)
returns table (operation_id uuid, app_id text, user_id text, key_id text, name text, vendor text, model text, state text, source text, tier text, unpriced boolean)
language plpgsql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query select operation_id, app_id, user_id, key_id, name, vendor, model, state, source,
      case when p_details then coalesce(result->>'credentialTier', facts->>'credentialTier') end,
      case when p_details then jsonb_array_length(coalesce(result->'unpricedClasses', '[]')) > 0 end
    from operation where org_id = p_org and operation_id >= p_from and operation_id < p_before order by operation_id desc limit p_limit;
end $$;

do $$
begin
  revoke execute on function nexus.nexus_recent_calls(text, uuid, uuid, int, boolean) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_recent_calls(text, uuid, uuid, int, boolean) to nexus_app;
  end if;
end $$;
