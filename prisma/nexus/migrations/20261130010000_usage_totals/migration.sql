-- Sums of everything together: who asks for a year by day, or for all that the groups of a page leave over, reads a row a day.

create table nexus.usage_hour_total (
  org_id text not null,
  hour timestamptz not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null,
  messages bigint not null
);
create table nexus.usage_day_total (
  org_id text not null,
  day timestamptz not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null,
  messages bigint not null
);
create table nexus.usage_month_total (
  org_id text not null,
  month timestamptz not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  latency numeric not null,
  messages bigint not null
);

-- The worker that adds up waits until the end; calls do not.
select pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));

insert into nexus.usage_hour_total (org_id, hour, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, hour, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency),
         coalesce(sum(calls - failed) filter (where operation like 'email.%'), 0)
    from nexus.usage_hour_app group by 1, 2;
insert into nexus.usage_day_total (org_id, day, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, date_trunc('day', hour, 'UTC'), sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages)
    from nexus.usage_hour_total group by 1, 2;
insert into nexus.usage_month_total (org_id, month, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, date_trunc('month', day, 'UTC'), sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages)
    from nexus.usage_day_total group by 1, 2;
alter table nexus.usage_hour_total add constraint usage_hour_total_pkey primary key (org_id, hour);
alter table nexus.usage_day_total add constraint usage_day_total_pkey primary key (org_id, day);
alter table nexus.usage_month_total add constraint usage_month_total_pkey primary key (org_id, month);

do $$
declare
  source text := pg_get_functiondef('nexus.nexus_roll_up_usage'::regproc);
  was constant text := '
  select count(*) into rolled_up from taken;';
  becomes constant text := $becomes$,
  totals as materialized (
    select org_id, hour, sum(calls) calls, sum(failed) failed, sum(cost) cost, sum(overrun) overrun, sum(input_units) input_units, sum(output_units) output_units, sum(latency) latency,
           coalesce(sum(calls - failed) filter (where operation like 'email.%'), 0) messages
      from apps group by 1, 2),
  put_hour_total as (
    insert into usage_hour_total as h (org_id, hour, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select org_id, hour, calls, failed, cost, overrun, input_units, output_units, latency, messages from totals
      on conflict (org_id, hour) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost, overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units, output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency, messages = h.messages + excluded.messages),
  put_day_total as (
    insert into usage_day_total as h (org_id, day, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select org_id, date_trunc('day', hour, 'UTC'), sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages) from totals group by 1, 2
      on conflict (org_id, day) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost, overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units, output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency, messages = h.messages + excluded.messages),
  put_month_total as (
    insert into usage_month_total as h (org_id, month, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select org_id, date_trunc('month', hour, 'UTC'), sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency), sum(messages) from totals group by 1, 2
      on conflict (org_id, month) do update set
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
  delete from usage_hour_customer;
  delete from usage_hour_total;
  delete from usage_day;
  delete from usage_day_app;
  delete from usage_day_user;
  delete from usage_day_customer;
  delete from usage_day_total;
  delete from usage_month;
  delete from usage_month_app;
  delete from usage_month_user;
  delete from usage_month_customer;
  delete from usage_month_total;
  delete from rollup_queue;
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

do $$
declare t text;
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.usage_hour_total', 'nexus.usage_day_total', 'nexus.usage_month_total'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
