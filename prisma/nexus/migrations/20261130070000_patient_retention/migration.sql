-- Calls that hold the ledger's tables for longer than a month that is dropped waits, as on a slow disk, are no failure: it goes the next time.

-- Drops the months before the last `p_keep` ones and the present one, and the attempts of their calls; 0 keeps all. Each call does one
-- step and returns 0 when nothing is left to do: it counts a month while calls go on, then removes attempts some thousands at a time, then
-- takes both tables away at once, for as long as that takes and half a second at most, unless an entry came since it was counted.
create or replace function nexus.nexus_drop_months(p_keep int) returns int
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
  begin
    lock table only operation in access exclusive mode;
    lock table only entry in access exclusive mode;
  exception when lock_not_available then return 0;
  end;
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
