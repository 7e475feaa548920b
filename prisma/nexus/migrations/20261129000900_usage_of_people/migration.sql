-- Sums by people and their keys alone: who asks for them has read a row for nearly every call. Mails are counted beside the calls.
create table nexus.usage_day_user (
  org_id text not null,
  day timestamptz not null,
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
create table nexus.usage_hour_user (
  org_id text not null,
  hour timestamptz not null,
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

insert into nexus.usage_hour_user (org_id, hour, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, hour, user_id, key_id, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency),
         coalesce(sum(calls - failed) filter (where operation like 'email.%'), 0)
    from nexus.usage_hour group by 1, 2, 3, 4;
insert into nexus.usage_day_user (org_id, day, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
  select org_id, date_trunc('day', hour, 'UTC'), user_id, key_id, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units),
         sum(latency), sum(messages)
    from nexus.usage_hour_user group by 1, 2, 3, 4;
alter table nexus.usage_hour_user add constraint usage_hour_user_pkey primary key (org_id, hour, user_id, key_id);
alter table nexus.usage_day_user add constraint usage_day_user_pkey primary key (org_id, day, user_id, key_id);

do $$
declare
  source text := pg_get_functiondef('nexus.nexus_roll_up_usage'::regproc);
  was constant text := '
  select count(*) into rolled_up from taken;';
  becomes constant text := $becomes$,
  users as materialized (
    select org_id, hour, user_id, key_id, sum(calls) calls, sum(failed) failed, sum(cost) cost, sum(overrun) overrun, sum(input_units) input_units,
           sum(output_units) output_units, sum(latency) latency, coalesce(sum(calls - failed) filter (where operation like 'email.%'), 0) messages
      from hours group by 1, 2, 3, 4),
  put_user as (
    insert into usage_hour_user as h (org_id, hour, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select * from users
      on conflict (org_id, hour, user_id, key_id) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency, messages = h.messages + excluded.messages),
  put_day_user as (
    insert into usage_day_user as h (org_id, day, user_id, key_id, calls, failed, cost, overrun, input_units, output_units, latency, messages)
      select org_id, date_trunc('day', hour, 'UTC'), user_id, key_id, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units),
             sum(output_units), sum(latency), sum(messages)
        from users group by 1, 2, 3, 4
      on conflict (org_id, day, user_id, key_id) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units, latency = h.latency + excluded.latency, messages = h.messages + excluded.messages)
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
  delete from rollup_queue;
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

-- What the calls of a scope cost a day, over the last seven days.
create or replace function nexus.nexus_spend_rate(p_org text, p_scope text, p_scope_id text) returns bigint
language sql stable set search_path = nexus, pg_temp as $$
  select (coalesce(sum(cost), 0) / 7)::bigint from (
    select cost from usage_hour_app
     where p_scope in ('organization', 'app') and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days')
       and (p_scope = 'organization' or app_id = p_scope_id)
    union all
    select cost from usage_hour_user
     where p_scope = 'user' and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days') and user_id = p_scope_id
    union all
    select cost from usage_hour_user
     where p_scope = 'key' and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days') and key_id = p_scope_id) c
$$;

do $$
declare t text;
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.usage_day_user', 'nexus.usage_hour_user'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
