-- Sums of usage by everything that people ask for (operation, payer, customer, latency), and by day beside the hour.

-- The worker that adds up waits until the end; calls do not.
select pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));

-- Milliseconds in classes, each ten decimal digits of one number: a histogram that `sum` adds up. The upper bounds are those of
-- server/domain/usage/latency.ts.
create function nexus.nexus_latency_class(p_ms float8) returns numeric
language sql immutable parallel safe as $$
  select coalesce(trunc(10::numeric ^ (10 * width_bucket(p_ms, array[25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000,
    5000, 7500, 10000, 15000, 20000, 30000, 60000, 120000]::float8[]))), 0)
$$;

-- The payer of an operation is the credential of the attempt that answered. What was booked first stays its payer in the sums,
-- as its vendor and model do: a later report changes the row that the sums are made from.
do $$
declare
  source text := pg_get_functiondef('nexus.nexus_settle'::regproc);
  was constant text := $was$'units', p.was_units))$was$;
  becomes constant text := $becomes$'units', p.was_units, 'tier', coalesce(o.result->>'credentialTier', o.facts->>'credentialTier')))$becomes$;
begin
  if position(was in source) = 0 then raise exception 'nexus_settle is not the function that this migration changes'; end if;
  execute replace(source, was, becomes);
end $$;
update nexus.operation set booked = booked || jsonb_build_object('tier', coalesce(result->>'credentialTier', facts->>'credentialTier'))
 where booked is not null;

create or replace view nexus.entry_usage as
  select e.seq, e.operation_id, e.kind, e.n, o.org_id, date_trunc('hour', o.created_at, 'UTC') as hour, coalesce(o.app_id, '') as app_id,
         coalesce(o.user_id, '') as user_id, coalesce(o.key_id, '') as key_id,
         coalesce(e.moves->>'vendor', o.booked->>'vendor', o.vendor) as vendor,
         coalesce(e.moves->>'model', o.booked->>'model', o.model) as model,
         case when e.moves is not null then e.moves->>'source' when o.booked is not null then o.booked->>'source'
              else coalesce(o.source, 'none') end as source,
         case when e.moves is not null then (e.moves->>'calls')::int when e.kind in ('cost', 'release') then 1 else 0 end as calls,
         case when e.moves is not null then (e.moves->>'failed')::int when e.kind = 'release' then 1 else 0 end as failed,
         case when e.moves is not null then (e.moves->>'cost')::bigint
              when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end as cost,
         case when e.moves is not null then (e.moves->>'overrun')::bigint when e.kind = 'overrun' then e.amount else 0 end as overrun,
         case when e.moves is not null then (e.moves->>'inputUnits')::bigint
              when e.kind = 'cost' then nexus.nexus_input_units(case when o.booked is null then o.result->'units' else o.booked->'units' end)
              else 0 end as input_units,
         case when e.moves is not null then (e.moves->>'outputUnits')::bigint
              when e.kind = 'cost' then nexus.nexus_output_units(case when o.booked is null then o.result->'units' else o.booked->'units' end)
              else 0 end as output_units,
         o.name as operation,
         coalesce(o.booked->>'tier', o.result->>'credentialTier', o.facts->>'credentialTier', '') as tier,
         -- The budget row of the customer's wallet; 0: of no customer.
         coalesce(o.wallet_level, 0) as customer,
         case when e.kind = 'cost' then nexus.nexus_latency_class((o.result->>'latencyMs')::float8) else 0 end as latency
    from nexus.entry e join nexus.operation o on o.operation_id = e.operation_id;

alter table nexus.usage_hour
  add column operation text not null default '', add column tier text not null default '', add column customer bigint not null default 0,
  add column latency numeric not null default 0, drop constraint usage_hour_pkey;
alter table nexus.usage_hour_app
  add column operation text not null default '', add column tier text not null default '', add column latency numeric not null default 0,
  drop constraint usage_hour_app_pkey;

-- Whoever asks for a month or a year reads days, and hours only where a day of theirs is no day of UTC.
create table nexus.usage_day (
  org_id text not null,
  day timestamptz not null,
  app_id text not null,
  user_id text not null,
  key_id text not null,
  operation text not null,
  vendor text not null,
  model text not null,
  source text not null,
  tier text not null,
  customer bigint not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null
);
create table nexus.usage_day_app (
  org_id text not null,
  day timestamptz not null,
  app_id text not null,
  operation text not null,
  vendor text not null,
  model text not null,
  source text not null,
  tier text not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null
);

-- Made again from the entries that had been added up; what is booked meanwhile is queued.
truncate nexus.usage_hour, nexus.usage_hour_app;
insert into nexus.usage_hour (org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, calls, failed, cost, overrun,
    input_units, output_units, latency)
  select org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed), sum(cost), sum(overrun),
         sum(input_units), sum(output_units), sum(latency)
    from nexus.entry_usage u where not exists (select from nexus.rollup_queue q where q.seq = u.seq)
   group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
insert into nexus.usage_hour_app (org_id, hour, app_id, operation, vendor, model, source, tier, calls, failed, cost, overrun, input_units,
    output_units, latency)
  select org_id, hour, app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units),
         sum(output_units), sum(latency)
    from nexus.usage_hour group by 1, 2, 3, 4, 5, 6, 7, 8;
insert into nexus.usage_day
  select org_id, date_trunc('day', hour, 'UTC'), app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed),
         sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
    from nexus.usage_hour group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
insert into nexus.usage_day_app
  select org_id, date_trunc('day', hour, 'UTC'), app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun),
         sum(input_units), sum(output_units), sum(latency)
    from nexus.usage_hour_app group by 1, 2, 3, 4, 5, 6, 7, 8;

alter table nexus.usage_hour add constraint usage_hour_pkey primary key (org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer);
alter table nexus.usage_hour_app add constraint usage_hour_app_pkey primary key (org_id, hour, app_id, operation, vendor, model, source, tier);
alter table nexus.usage_day add constraint usage_day_pkey primary key (org_id, day, app_id, user_id, key_id, operation, vendor, model, source, tier, customer);
alter table nexus.usage_day_app add constraint usage_day_app_pkey primary key (org_id, day, app_id, operation, vendor, model, source, tier);

-- Adds queued entries to their hours and days, oldest first. Removing them and adding them up is one transaction: none is
-- skipped and none counted twice, in whatever order they were committed.
create or replace function nexus.nexus_roll_up_usage(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare rolled_up int;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));
  with taken as materialized (
    delete from rollup_queue where seq = any (array(select q.seq from rollup_queue q order by q.seq limit p_limit))
      returning operation_id, kind, n),
  batch as materialized (
    select u.* from taken t join entry_usage u on u.operation_id = t.operation_id and u.kind = t.kind and u.n = t.n),
  hours as materialized (
    select org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls) calls, sum(failed) failed, sum(cost) cost,
           sum(overrun) overrun, sum(input_units) input_units, sum(output_units) output_units, sum(latency) latency
      from batch group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
  put as (
    insert into usage_hour as h (org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, calls, failed, cost, overrun,
        input_units, output_units, latency)
      select * from hours
      on conflict (org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency),
  put_day as (
    insert into usage_day as h
      select org_id, date_trunc('day', hour, 'UTC'), app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed),
             sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
        from hours group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
      on conflict (org_id, day, app_id, user_id, key_id, operation, vendor, model, source, tier, customer) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency),
  apps as materialized (
    select org_id, hour, app_id, operation, vendor, model, source, tier, sum(calls) calls, sum(failed) failed, sum(cost) cost, sum(overrun) overrun,
           sum(input_units) input_units, sum(output_units) output_units, sum(latency) latency
      from hours group by 1, 2, 3, 4, 5, 6, 7, 8),
  put_app as (
    insert into usage_hour_app as h (org_id, hour, app_id, operation, vendor, model, source, tier, calls, failed, cost, overrun, input_units,
        output_units, latency)
      select * from apps
      on conflict (org_id, hour, app_id, operation, vendor, model, source, tier) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency),
  put_day_app as (
    insert into usage_day_app as h
      select org_id, date_trunc('day', hour, 'UTC'), app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun),
             sum(input_units), sum(output_units), sum(latency)
        from apps group by 1, 2, 3, 4, 5, 6, 7, 8
      on conflict (org_id, day, app_id, operation, vendor, model, source, tier) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency)
  select count(*) into rolled_up from taken;
  return rolled_up;
end $$;

-- Empties the sums and queues every entry, so that the worker adds them up again. For a ledger whose sums are wrong.
create or replace function nexus.rebuild_rollups() returns bigint
language plpgsql set search_path = nexus, pg_temp as $$
declare queued bigint;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));
  lock table entry in share row exclusive mode;
  delete from usage_hour;
  delete from usage_hour_app;
  delete from usage_day;
  delete from usage_day_app;
  delete from rollup_queue;
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

do $$
declare t text;
begin
  revoke execute on function nexus.nexus_latency_class(float8) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.usage_day', 'nexus.usage_day_app'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
    grant execute on function nexus.nexus_latency_class(float8) to nexus_app;
  end if;
end $$;
