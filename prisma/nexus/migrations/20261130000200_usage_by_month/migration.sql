-- Sums by month, of everything and of each kind of sums by day: whoever asks for a year, or for which of a thousand people spent most in a month,
-- reads a row for each of them, and days only where a month is not whole.

create table nexus.usage_month (
  org_id text not null,
  month timestamptz not null,
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
create table nexus.usage_month_app (
  org_id text not null,
  month timestamptz not null,
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
create table nexus.usage_month_user (
  org_id text not null,
  month timestamptz not null,
  user_id text not null,
  key_id text not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null,
  messages bigint not null default 0
);

-- The worker that adds up waits until the end; calls do not.
select pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));

insert into nexus.usage_month (org_id, month, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, calls, failed, cost, overrun, input_units, output_units, latency)
  select org_id, date_trunc('month', day, 'UTC'), app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
    from nexus.usage_day group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
insert into nexus.usage_month_app (org_id, month, app_id, operation, vendor, model, source, tier, calls, failed, cost, overrun, input_units, output_units, latency)
  select org_id, date_trunc('month', day, 'UTC'), app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
    from nexus.usage_day_app group by 1, 2, 3, 4, 5, 6, 7, 8;
insert into nexus.usage_month_user (org_id, month, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, date_trunc('month', day, 'UTC'), user_id, key_id, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages)
    from nexus.usage_day_user group by 1, 2, 3, 4;
alter table nexus.usage_month add constraint usage_month_pkey primary key (org_id, month, app_id, user_id, key_id, operation, vendor, model, source, tier, customer);
alter table nexus.usage_month_app add constraint usage_month_app_pkey primary key (org_id, month, app_id, operation, vendor, model, source, tier);
alter table nexus.usage_month_user add constraint usage_month_user_pkey primary key (org_id, month, user_id, key_id);

do $$
declare
  source text := pg_get_functiondef('nexus.nexus_roll_up_usage'::regproc);
  was constant text := '
  select count(*) into rolled_up from taken;';
  becomes constant text := $becomes$,
  put_month as (
    insert into usage_month as h (org_id, month, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, calls, failed, cost, overrun, input_units, output_units, latency)
      select org_id, date_trunc('month', hour, 'UTC'), app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
        from hours group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
      on conflict (org_id, month, app_id, user_id, key_id, operation, vendor, model, source, tier, customer) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost, overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units, output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency),
  put_month_app as (
    insert into usage_month_app as h (org_id, month, app_id, operation, vendor, model, source, tier, calls, failed, cost, overrun, input_units, output_units, latency)
      select org_id, date_trunc('month', hour, 'UTC'), app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)
        from apps group by 1, 2, 3, 4, 5, 6, 7, 8
      on conflict (org_id, month, app_id, operation, vendor, model, source, tier) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost, overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units, output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency),
  put_month_user as (
    insert into usage_month_user as h (org_id, month, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select org_id, date_trunc('month', hour, 'UTC'), user_id, key_id, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages)
        from users group by 1, 2, 3, 4
      on conflict (org_id, month, user_id, key_id) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost, overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units, output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency, messages = h.messages + excluded.messages)
  select count(*) into rolled_up from taken;$becomes$;
begin
  if position(was in source) = 0 then raise exception 'nexus_roll_up_usage is not the function that this migration changes'; end if;
  execute replace(source, was, becomes);
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
  delete from usage_hour_user;
  delete from usage_day;
  delete from usage_day_app;
  delete from usage_day_user;
  delete from usage_month;
  delete from usage_month_app;
  delete from usage_month_user;
  delete from rollup_queue;
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

do $$
declare t text;
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.usage_month', 'nexus.usage_month_app', 'nexus.usage_month_user'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
