-- Entries that are not in the hourly sums yet stand in a table of their own, put there by the transaction that books them
-- and taken out by the one that adds them up. No cursor, and no transaction id: both mean nothing in another cluster, into
-- which a dump of this one may be restored. See docs/decisions/0016-rollups-without-transaction-ids.md.

create table nexus.entry_unfolded (
  seq bigint primary key,
  org_id text not null,
  iid uuid not null,
  kind text not null,
  n integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 50000);

-- From here on nobody books until this is committed, so every entry the cursor has not passed is seen.
lock table nexus.entry in share row exclusive mode;

insert into nexus.entry_unfolded (seq, org_id, iid, kind, n)
  select e.seq, e.org_id, e.iid, e.kind, e.n
    from nexus.entry e, nexus.usage_cursor c where c.name = 'usage_hour' and (e.tx, e.seq) > (c.tx, c.seq);

create function nexus.queue_entries() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  insert into entry_unfolded (seq, org_id, iid, kind, n) select seq, org_id, iid, kind, n from fresh;
  return null;
end $$;

-- On the table as a whole: rows that only move between its partitions are not booked again.
create trigger entry_is_unfolded after insert on nexus.entry referencing new table as fresh
  for each statement execute function nexus.queue_entries();

-- Where the database is at home, and whether it may spend there. A dump carries the row into wherever it is restored.
create table nexus.installation (
  only_one boolean primary key default true check (only_one),
  -- The cluster's own number ('?' where it is not told) and the number of the database in it.
  cluster text not null,
  database_id oid not null,
  -- Why no call that costs money is admitted; null: they are.
  stopped_because text,
  stopped_at timestamptz(3),
  constraint installation_reason check (stopped_because in ('restored')),
  constraint installation_stop check ((stopped_because is null) = (stopped_at is null))
);

create function nexus.nexus_cluster() returns text
language plpgsql stable security definer set search_path = nexus, pg_temp as $$
begin
  return (select system_identifier::text from pg_catalog.pg_control_system());
exception when insufficient_privilege or undefined_function or feature_not_supported then
  return '?';
end $$;

-- A ledger that is ahead of this cluster's transactions was made in another one.
insert into nexus.installation (cluster, database_id)
  select case when exists (select from nexus.entry where tx > pg_current_xact_id()) then 'another' else nexus.nexus_cluster() end,
         (select oid from pg_database where datname = current_database());

create trigger installation_changed after insert or update or delete on nexus.installation
  for each statement execute function nexus.notify_change();

-- Why nothing may be spent: what stands in the row, or `moved`, where the database is not at home; null: all is well.
create function nexus.nexus_spending_stop() returns text
language sql stable security definer set search_path = nexus, pg_temp as $$
  select case when h.stopped_because is not null then h.stopped_because
              when h.database_id is distinct from d.oid
                or h.cluster <> '?' and c.cluster <> '?' and h.cluster <> c.cluster then 'moved' end
    from (select oid from pg_catalog.pg_database where datname = current_database()) d
         cross join (select nexus_cluster() as cluster) c left join installation h on true
$$;

-- Stops everything that costs money. Processes that run learn it with their next hold: its epoch is no longer the present one.
create function nexus.stop_spending(p_reason text) returns void
language plpgsql set search_path = nexus, pg_temp as $$
begin
  insert into installation as i (cluster, database_id, stopped_because, stopped_at)
    select nexus_cluster(), oid, p_reason, clock_timestamp() from pg_catalog.pg_database where datname = current_database()
    on conflict (only_one) do update set cluster = excluded.cluster, database_id = excluded.database_id,
      stopped_because = excluded.stopped_because, stopped_at = coalesce(i.stopped_at, excluded.stopped_at);
  perform 1 from budget where rule_id is null order by id for update;
  update budget set epoch = epoch + 1 where rule_id is null;
end $$;

create function nexus.allow_spending() returns void
language sql set search_path = nexus, pg_temp as $$
  update installation set stopped_because = null, stopped_at = null
$$;

-- Transaction ids end here.
drop function nexus.nexus_unfolded(text);
drop view nexus.entry_usage;
drop table nexus.usage_cursor;
drop index nexus.entry_in_order;
alter table nexus.entry drop column tx;

-- What an entry adds to its hour. An operation belongs to the hour in which it was made.
create view nexus.entry_usage as
  select e.seq, e.iid, e.kind, e.n, i.org_id, date_trunc('hour', i.created_at, 'UTC') as hour, coalesce(i.app_id, '') as app_id,
         coalesce(i.user_id, '') as user_id, coalesce(i.key_id, '') as key_id, i.vendor, i.model, coalesce(i.source, 'none') as source,
         case when e.kind in ('cost', 'release') then 1 else 0 end as calls, case when e.kind = 'release' then 1 else 0 end as failed,
         case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end as cost,
         case when e.kind = 'overrun' then e.amount else 0 end as overrun,
         case when e.kind = 'cost' then nexus.nexus_input_units(i.result->'units') else 0 end as input_units,
         case when e.kind = 'cost' then nexus.nexus_output_units(i.result->'units') else 0 end as output_units
    from nexus.entry e join nexus.intent i on i.iid = e.iid;

-- What is not in the sums yet. Stable: it sees what the asking statement sees, so that an entry is either in the sums or here.
create function nexus.nexus_unfolded(p_org text) returns setof nexus.entry_usage
language sql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off set max_parallel_workers_per_gather = 0 as $$
  select u.* from entry_unfolded q join entry_usage u on u.iid = q.iid and u.kind = q.kind and u.n = q.n where q.org_id = p_org
$$;

-- Adds entries to their hours, oldest first. Taking them out and adding them up is one transaction: none is skipped, none
-- counted twice, whatever order they were committed in.
create or replace function nexus.nexus_fold_usage(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare folded int;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_fold_usage'));
  with taken as materialized (
    delete from entry_unfolded where seq = any (array(select q.seq from entry_unfolded q order by q.seq limit p_limit))
      returning iid, kind, n),
  batch as materialized (
    select u.* from taken t join entry_usage u on u.iid = t.iid and u.kind = t.kind and u.n = t.n),
  put as (
    insert into usage_hour as h
      select org_id, hour, app_id, user_id, key_id, vendor, model, source, sum(calls), sum(failed), sum(cost), sum(overrun),
             sum(input_units), sum(output_units)
        from batch group by 1, 2, 3, 4, 5, 6, 7, 8
      on conflict (org_id, hour, app_id, user_id, key_id, vendor, model, source) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units),
  put_app as (
    insert into usage_hour_app as h
      select org_id, hour, app_id, vendor, model, source, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units)
        from batch group by 1, 2, 3, 4, 5, 6
      on conflict (org_id, hour, app_id, vendor, model, source) do update set
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed, cost = h.cost + excluded.cost,
        overrun = h.overrun + excluded.overrun, input_units = h.input_units + excluded.input_units,
        output_units = h.output_units + excluded.output_units)
  select count(*) into folded from taken;
  return folded;
end $$;

-- Empties the sums and queues every entry: the worker adds them up anew. For a ledger whose sums were found wrong.
create function nexus.refold_usage() returns bigint
language plpgsql set search_path = nexus, pg_temp as $$
declare queued bigint;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_fold_usage'));
  lock table entry in share row exclusive mode;
  delete from usage_hour;
  delete from usage_hour_app;
  delete from entry_unfolded;
  insert into entry_unfolded (seq, org_id, iid, kind, n) select seq, org_id, iid, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

do $$
declare f regprocedure; t text;
begin
  foreach f in array array['nexus.nexus_unfolded(text)', 'nexus.nexus_cluster()', 'nexus.nexus_spending_stop()']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  foreach f in array array['nexus.stop_spending(text)', 'nexus.allow_spending()', 'nexus.refold_usage()']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.entry_unfolded', 'nexus.entry_usage', 'nexus.installation'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
