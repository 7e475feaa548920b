-- Months of the ledger that are old enough are dropped as whole partitions. What they added up to stays: the sums of hours, days and
-- months are their own tables, and what the counters of budgets have from them is kept here, so that everything can still be added up.

-- A month that is counted, and dropped once everything in it has ended.
create table nexus.retired_month (
  month timestamptz primary key,
  -- Entries up to here are counted; a later one in the month has it counted anew.
  up_to bigint not null,
  operations bigint not null,
  entries bigint not null,
  counted_at timestamptz(3) not null default clock_timestamp(),
  dropped_at timestamptz(3)
);

-- What the entries of a counted month add up to, by organization.
create table nexus.retired_sum (
  month timestamptz not null,
  org_id text not null,
  calls numeric not null,
  cost numeric not null,
  primary key (org_id, month)
);

-- What they booked on each row of the budgets, and charged to the wallets among them.
create table nexus.retired_booking (
  month timestamptz not null,
  org_id text not null,
  budget_id bigint not null,
  booked numeric not null,
  charged numeric not null,
  primary key (org_id, budget_id, month)
);

-- Months that are past keeping and still have their partitions, oldest first. Nothing in them may be under way: no call that is open
-- or in doubt, none that is not in the sums yet, none whose idempotency key still counts.
create function nexus.retirable_months(p_keep int) returns setof timestamptz
language plpgsql stable set search_path = nexus, pg_temp set enable_seqscan = off as $$
declare m timestamptz; lo uuid; hi uuid;
begin
  for m in
    select to_date(right(c.relname, 6), 'YYYYMM')::timestamp at time zone 'UTC' from pg_inherits h join pg_class c on c.oid = h.inhrelid
     where h.inhparent = 'nexus.operation'::regclass and c.relname ~ '^operation_\d{6}$' order by 1 loop
    exit when m >= (date_trunc('month', clock_timestamp() at time zone 'UTC') - make_interval(months => p_keep)) at time zone 'UTC';
    lo := nexus_uuid_floor(m); hi := month_end(m);
    continue when not is_partition('entry', partition_name('entry', m))
      or exists (select from operation where operation_id >= lo and operation_id < hi and state in ('open', 'uncertain'))
      or exists (select from rollup_queue where operation_id >= lo and operation_id < hi)
      or exists (select from idempotency where operation_id >= lo and operation_id < hi);
    return next m;
  end loop;
end $$;

-- Counts a month, up to a position that nothing can appear before any more; 0 while somebody is still writing.
create function nexus.count_month(p_month timestamptz) returns int
language plpgsql set search_path = nexus, pg_temp set jit = off as $$
declare lo uuid := nexus_uuid_floor(p_month); hi uuid := month_end(p_month); position_ bigint; writers text[];
begin
  select o_position, o_writers into position_, writers from nexus_entry_horizon();
  for look in 1..250 loop
    exit when not writers && nexus_entry_writers();
    if look = 250 then return 0; end if;
    perform pg_sleep(0.02);
  end loop;
  delete from retired_sum where month = p_month;
  delete from retired_booking where month = p_month;
  insert into retired_sum (month, org_id, calls, cost)
    select p_month, org_id, sum(calls), sum(cost) from entry_usage where operation_id >= lo and operation_id < hi and seq <= position_ group by org_id;
  insert into retired_booking (month, org_id, budget_id, booked, charged)
    select p_month, b.org_id, b.id, coalesce(sum(x.booked), 0), coalesce(sum(x.charged), 0)
      from (
        select l.id, sum(case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end) booked, null::numeric charged
          from entry e join operation o on o.operation_id = e.operation_id, unnest(o.levels) l (id)
         where e.operation_id >= lo and e.operation_id < hi and o.operation_id >= lo and o.operation_id < hi and e.seq <= position_ group by l.id
        union all
        select o.wallet_level, null, sum(charge_of(coalesce(o.cost, 0), o.wallet_ppm)) from operation o
         where o.operation_id >= lo and o.operation_id < hi and o.wallet_level is not null group by o.wallet_level) x
      join budget b on b.id = x.id group by b.org_id, b.id;
  insert into retired_month as r (month, up_to, operations, entries)
    select p_month, position_, (select count(*) from operation where operation_id >= lo and operation_id < hi),
           (select count(*) from entry where operation_id >= lo and operation_id < hi and seq <= position_)
    on conflict (month) do update set up_to = excluded.up_to, operations = excluded.operations, entries = excluded.entries, counted_at = clock_timestamp();
  return 1;
end $$;

-- Drops the months before the last `p_keep` ones and the present one, and the attempts of their calls; 0 keeps all. Each call does one
-- step and returns 0 when nothing is left to do: it counts a month while calls go on, then removes attempts some thousands at a time, then
-- takes both tables away at once, for as long as that takes and half a second at most, unless an entry came since it was counted.
create function nexus.nexus_drop_months(p_keep int) returns int
language plpgsql security definer set search_path = nexus, pg_temp set lock_timeout = '500ms' as $$
declare m timestamptz; counted bigint; gone int; later boolean;
begin
  if coalesce(p_keep, 0) < 1 then return 0; end if;
  perform pg_advisory_xact_lock(hashtext('nexus_make_partitions'));
  select x into m from retirable_months(p_keep) x limit 1;
  if m is null then return 0; end if;
  select up_to into counted from retired_month where month = m;
  if counted is null then return count_month(m); end if;
  delete from attempt where ctid = any (array(select ctid from attempt where operation_id >= nexus_uuid_floor(m) and operation_id < month_end(m) limit 10000));
  get diagnostics gone = row_count;
  if gone > 0 then return gone; end if;
  lock table only operation in access exclusive mode;
  lock table only entry in access exclusive mode;
  execute format('select exists (select from nexus.%I where seq > $1)', partition_name('entry', m)) into later using counted;
  if later then
    delete from retired_month where month = m;
    return 1;
  end if;
  execute format('drop table nexus.%I', partition_name('entry', m));
  execute format('drop table nexus.%I', partition_name('operation', m));
  update retired_month set dropped_at = clock_timestamp() where month = m;
  return 1;
end $$;

-- Sums of months that were dropped cannot be made again: whoever wants to must know.
create function nexus.rebuildable_rollups() returns boolean
language sql stable set search_path = nexus, pg_temp as $$
  select not exists (select from retired_month where dropped_at is not null)
$$;

do $$
declare f regprocedure; t text;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace
      and p.proname in ('retirable_months', 'count_month', 'rebuildable_rollups', 'nexus_drop_months') loop
    execute format('revoke execute on function %s from public', f);
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_drop_months(int) to nexus_app;
    foreach t in array array['retired_month', 'retired_sum', 'retired_booking'] loop
      execute format('revoke all on nexus.%I from nexus_app', t);
      execute format('grant select on nexus.%I to nexus_app', t);
    end loop;
  end if;
end $$;
