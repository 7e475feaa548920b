-- A month's partition is made also where the default partition holds rows of that month already, and gets them. A few are
-- moved at once. Many are copied first, some thousands a transaction, while calls go on: a trigger keeps the copies as the
-- originals are; then the tables change places, which takes no longer than for one row, and the old one is dropped once
-- nothing in it is missed. Each call of the function is one step; it returns 0 when nothing is left to do.

-- The name of the partition a row belongs to; null outside of the years that have one.
create function nexus.partition_name(p_table text, p_month timestamptz) returns text
language sql stable strict as $$
  select case when p_month >= '2000-01-01Z' and p_month < '9999-01-01Z' then p_table || '_' || to_char(p_month at time zone 'UTC', 'YYYYMM') end
$$;

create function nexus.month_of(p_id uuid) returns timestamptz
language sql stable strict as $$
  select date_trunc('month', to_timestamp(least(nexus.nexus_uuid_ms(p_id), 253402300799000) / 1000.0), 'UTC')
$$;

-- The smallest id of the month after.
create function nexus.month_end(p_month timestamptz) returns uuid
language sql stable strict as $$
  select nexus.nexus_uuid_floor((p_month at time zone 'UTC' + interval '1 month') at time zone 'UTC')
$$;

create function nexus.is_partition(p_table text, p_name text) returns boolean
language sql stable strict as $$
  select exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ('nexus.' || p_table)::regclass and c.relname = p_name)
$$;

-- The months of which the default partition holds rows, by a walk over its index.
create function nexus.default_months(p_table text) returns timestamptz[]
language plpgsql stable set enable_seqscan = off as $$
declare found_ uuid; months timestamptz[] := '{}'; m timestamptz;
begin
  execute format('select iid from nexus.%I order by iid limit 1', p_table || '_default') into found_;
  while found_ is not null loop
    m := nexus.month_of(found_);
    exit when m >= '9999-01-01Z';
    if nexus.partition_name(p_table, m) is not null then months := months || m; end if;
    execute format('select iid from nexus.%I where iid >= $1 order by iid limit 1', p_table || '_default') into found_ using nexus.month_end(m);
  end loop;
  return months;
end $$;

-- A table for a month, not a partition yet.
create function nexus.draft_partition(p_table text, p_month timestamptz) returns void
language plpgsql as $$
declare name text := nexus.partition_name(p_table, p_month);
begin
  if to_regclass('nexus.' || name) is not null then return; end if;
  execute format('create table nexus.%I (like nexus.%I including all)', name, p_table);
  -- Known to hold, so that nothing is read when it becomes a partition.
  execute format('alter table nexus.%I add constraint of_month check (iid >= %L and iid < %L)', name,
    nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month));
  if p_table = 'intent' then
    execute format('alter table nexus.%I set (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)', name);
  end if;
  perform nexus.close_partition(p_table, name);
end $$;

-- Default privileges would let the gateway's role write; and nobody empties a table of entries.
create function nexus.close_partition(p_table text, p_name text) returns void
language plpgsql as $$
begin
  if p_table = 'entry' then
    execute format('create trigger entry_no_truncate before truncate on nexus.%I for each statement execute function nexus.refuse_entry_change()', p_name);
  end if;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    execute format('revoke all on nexus.%I from nexus_app', p_name);
    execute format('grant select on nexus.%I to nexus_app', p_name);
  end if;
end $$;

create function nexus.attach_partition(p_table text, p_month timestamptz) returns void
language plpgsql as $$
declare name text := nexus.partition_name(p_table, p_month);
begin
  execute format('alter table nexus.%I attach partition nexus.%I for values from (%L) to (%L)', p_table, name,
    nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month));
  execute format('alter table nexus.%I drop constraint of_month', name);
end $$;

-- Keeps the copies as the originals are.
create function nexus.mirror_default() returns trigger
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare name text;
begin
  if tg_op <> 'INSERT' then
    name := partition_name(tg_argv[0], month_of(old.iid));
    if to_regclass('nexus.' || name) is not null then
      execute format('delete from nexus.%I where iid = $1', name) using old.iid;
    end if;
  end if;
  if tg_op <> 'DELETE' then
    name := partition_name(tg_argv[0], month_of(new.iid));
    if to_regclass('nexus.' || name) is not null then
      execute format('insert into nexus.%I select ($1).*', name) using new;
    end if;
  end if;
  return null;
end $$;

-- Copies rows that have no copy, of one month; the number of those copied. Rows that somebody is changing wait for their turn.
create function nexus.copy_default(p_table text, p_month timestamptz, p_limit int) returns int
language plpgsql set enable_seqscan = off as $$
declare copied int;
begin
  execute format('insert into nexus.%I select d.* from nexus.%I d where d.iid >= $1 and d.iid < $2
      and not exists (select from nexus.%1$I p where p.iid = d.iid %3$s) order by d.iid limit $3 for update of d skip locked
      on conflict do nothing', nexus.partition_name(p_table, p_month), p_table || '_default',
      case p_table when 'entry' then 'and p.kind = d.kind and p.n = d.n' else '' end)
    using nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month), p_limit;
  get diagnostics copied = row_count;
  return copied;
end $$;

-- The copies become partitions, and an empty default partition takes the place of the old one, in one moment.
create function nexus.switch_default(p_table text, p_months timestamptz[]) returns void
language plpgsql as $$
declare m timestamptz; was text := p_table || '_default'; moved text := p_table || '_moved'; from_ uuid := '00000000-0000-0000-0000-000000000000';
begin
  execute format('lock table only nexus.%I in access exclusive mode', p_table);
  execute format('drop trigger if exists mirror on nexus.%I', was);
  execute format('alter table nexus.%I detach partition nexus.%I', p_table, was);
  execute format('alter table nexus.%I rename to %I', was, moved);
  foreach m in array p_months loop
    perform nexus.attach_partition(p_table, m);
  end loop;
  execute format('create table nexus.%I (like nexus.%I including all)', was, p_table);
  perform nexus.close_partition(p_table, was);
  -- What belongs to no month of these, or came for another one since; nobody books it again.
  foreach m in array p_months loop
    execute format('insert into nexus.%I select * from nexus.%I where iid >= $1 and iid < $2', was, moved)
      using from_, nexus.nexus_uuid_floor(m);
    from_ := nexus.month_end(m);
  end loop;
  execute format('insert into nexus.%I select * from nexus.%I where iid >= $1', was, moved) using from_;
  execute format('alter table nexus.%I attach partition nexus.%I default', p_table, was);
end $$;

-- Drops the old default partition, unless something in it is nowhere else.
create function nexus.drop_moved(p_table text) returns void
language plpgsql as $$
declare missing bigint;
begin
  execute format('select count(*) from nexus.%I m where not exists (select from nexus.%I t where t.iid = m.iid %s)',
      p_table || '_moved', p_table, case p_table when 'entry' then 'and t.kind = m.kind and t.n = m.n' else '' end) into missing;
  if missing > 0 then
    raise exception '% rows of nexus.%_moved are in no partition; the table is kept', missing, p_table;
  end if;
  execute format('drop table nexus.%I', p_table || '_moved');
end $$;

create or replace function nexus.nexus_make_partitions(p_months int) returns int
language plpgsql security definer set search_path = nexus, pg_temp set lock_timeout = '500ms' as $$
declare
  -- Moved while calls wait, a matter of milliseconds; and copied at a time while they go on.
  few constant int := 2000; step constant int := 10000;
  t text; m timestamptz; wanted timestamptz[]; months timestamptz[]; made int := 0; held int; copied int;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_make_partitions'));
  foreach t in array array['intent', 'entry'] loop
    if to_regclass('nexus.' || t || '_moved') is not null then
      perform drop_moved(t);
      made := made + 1;
    end if;
  end loop;
  select array_agg(x order by x) into wanted from (
    select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC' x from generate_series(0, p_months) i
    union select unnest(default_months('intent')) union select unnest(default_months('entry'))) w;
  foreach t in array array['intent', 'entry'] loop
    months := array(select x from unnest(wanted) x where not is_partition(t, partition_name(t, x)) order by x);
    continue when months = '{}';
    execute format('select count(*) from (select from nexus.%I limit %s) d', t || '_default', few + 1) into held;
    if held = 0 then
      foreach m in array months loop
        perform draft_partition(t, m);
        perform attach_partition(t, m);
      end loop;
      made := made + cardinality(months);
      continue;
    end if;
    if held <= few and not exists (select from pg_trigger where tgrelid = ('nexus.' || t || '_default')::regclass and tgname = 'mirror') then
      execute format('lock table only nexus.%I in access exclusive mode', t);
      foreach m in array months loop
        perform draft_partition(t, m);
        perform copy_default(t, m, null);
      end loop;
      perform switch_default(t, months);
      perform drop_moved(t);
      made := made + cardinality(months);
      continue;
    end if;
    foreach m in array months loop
      perform draft_partition(t, m);
    end loop;
    if not exists (select from pg_trigger where tgrelid = ('nexus.' || t || '_default')::regclass and tgname = 'mirror') then
      execute format('create trigger mirror after insert or update or delete on nexus.%I for each row execute function nexus.mirror_default(%L)', t || '_default', t);
      return made + 1;
    end if;
    copied := 0;
    foreach m in array months loop
      copied := copied + copy_default(t, m, step - copied);
      if copied >= step then return made + copied; end if;
    end loop;
    -- Those that were locked have their turn in the next step; the copies of rows that come meanwhile are the trigger's.
    if copied > 0 or uncopied(t, months) then return made + greatest(copied, 1); end if;
    perform switch_default(t, months);
    return made + cardinality(months);
  end loop;
  return made;
end $$;

-- Whether any row of these months has no copy.
create function nexus.uncopied(p_table text, p_months timestamptz[]) returns boolean
language plpgsql stable set enable_seqscan = off as $$
declare m timestamptz; found_ boolean;
begin
  foreach m in array p_months loop
    execute format('select exists (select from nexus.%I d where d.iid >= $1 and d.iid < $2
        and not exists (select from nexus.%I p where p.iid = d.iid %s))', p_table || '_default', nexus.partition_name(p_table, m),
        case p_table when 'entry' then 'and p.kind = d.kind and p.n = d.n' else '' end)
      into found_ using nexus.nexus_uuid_floor(m), nexus.month_end(m);
    if found_ then return true; end if;
  end loop;
  return false;
end $$;

do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace and p.proname in
      ('partition_name', 'month_of', 'month_end', 'is_partition', 'default_months', 'draft_partition', 'close_partition',
       'attach_partition', 'mirror_default', 'copy_default', 'switch_default', 'drop_moved', 'uncopied') loop
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
