-- Entries are read in the order in which they were booked, by programs that copy them elsewhere. An entry's position is its seq:
-- unique, growing, and never changed.

-- Positions and times grow with the place in the table, so that a few bytes for every stretch of it find both. They cost an insert
-- nothing to speak of, where a tree would be one more to keep.
create index entry_by_position on nexus.entry using brin (seq, at) with (pages_per_range = 64);

-- The last position given out, and who may still be about to commit one up to it: once none of them holds the table any more, no
-- entry can appear up to there. Every booking takes its lock before its position.
create function nexus.nexus_entry_horizon() returns table (o_position bigint, o_writers text[])
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  select case when is_called then last_value else last_value - 1 end into o_position from entry_seq;
  o_writers := nexus_entry_writers();
  return next;
end $$;

-- The transactions that are writing entries now.
create function nexus.nexus_entry_writers() returns text[]
language sql security definer set search_path = nexus, pg_temp as $$
  select coalesce(array_agg(virtualtransaction), '{}') from pg_catalog.pg_locks
   where locktype = 'relation' and relation = 'nexus.entry'::regclass and mode = 'RowExclusiveLock' and granted
     and database = (select oid from pg_catalog.pg_database where datname = current_database())
$$;

-- The position after which the entries booked from a moment on begin, up to a horizon. Found within the hour, the day or the month
-- that follows, where there are any: a booking's time and its position are seconds apart.
create function nexus.nexus_entry_position(p_at timestamptz, p_horizon bigint) returns bigint
language plpgsql stable security definer set search_path = nexus, pg_temp set enable_seqscan = off set jit = off as $$
declare step interval; found_ bigint;
begin
  foreach step in array array['1 hour', '1 day', '31 days']::interval[] loop
    select min(seq) into found_ from entry where at >= p_at and at < p_at + step and seq <= p_horizon;
    if found_ is not null then return found_ - 1; end if;
  end loop;
  select min(seq) into found_ from entry where at >= p_at and seq <= p_horizon;
  return coalesce(found_ - 1, p_horizon);
end $$;

-- Entries in the order of their positions, with what their operations were booked as; of one organization, or of all. What is
-- summed never changes; what is known of the call beside that (status, error, latency, the vendor's id) is what is known now.
create function nexus.nexus_entries_between(p_org text, p_after bigint, p_until bigint, p_limit int)
returns table (o_position bigint, o_operation_id uuid, o_kind text, o_n int, o_at bigint, o_org text, o_app text, o_user text, o_key text,
  o_wallet bigint, o_customer text, o_operation text, o_vendor text, o_model text, o_tier text, o_source text, o_calls int, o_failed int,
  o_input bigint, o_output bigint, o_cost bigint, o_overrun bigint, o_created bigint, o_status int, o_error text, o_latency int,
  o_request text, o_vendor_request text)
language plpgsql stable security definer set search_path = nexus, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_custom_plan as $$
begin
  return query
  with taken as materialized (
    select e.seq, e.operation_id, e.kind, e.n, e.at from entry e
     where e.seq > p_after and e.seq <= p_until and (p_org is null or e.org_id = p_org) order by e.seq limit p_limit)
  select t.seq, t.operation_id, t.kind, t.n, (extract(epoch from t.at) * 1000000)::bigint, u.org_id, nullif(u.app_id, ''), nullif(u.user_id, ''), nullif(u.key_id, ''),
         nullif(u.customer, 0), (select c.customer_id from wallet w join customer c on c.wallet_id = w.wallet_id where w.budget_id = nullif(u.customer, 0)),
         u.operation, u.vendor, nullif(u.model, ''), nullif(u.tier, ''), u.source, u.calls, u.failed, u.input_units, u.output_units, u.cost, u.overrun,
         (extract(epoch from o.created_at) * 1000000)::bigint, (o.result->>'status')::int, o.result->>'errorCode', (o.result->>'latencyMs')::float8::int,
         o.facts->>'requestId', o.result->>'vendorRequestId'
    from taken t join entry_usage u on u.operation_id = t.operation_id and u.kind = t.kind and u.n = t.n
         join operation o on o.operation_id = t.operation_id
   order by t.seq;
end $$;

do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace
      and p.proname in ('nexus_entry_horizon', 'nexus_entry_writers', 'nexus_entry_position', 'nexus_entries_between') loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
end $$;
