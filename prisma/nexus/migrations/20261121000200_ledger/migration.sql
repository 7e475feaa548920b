-- The ledger: money set aside before a call (a hold), what became of it, and the budgets it counts against.
-- Only the functions below write these tables. The gateway's role may read them and call the functions named `nexus_…`.

-- 1. Budgets ---------------------------------------------------------------------------------------------------------

-- What an organization has set: so much money for this scope in this period.
create table nexus.budget_rule (
  id uuid primary key,
  org_id text not null,
  scope text not null,
  scope_id text,
  period text not null,
  window_kind text not null default 'calendar',
  unit text not null default 'nanoUsd',
  hard boolean not null,
  lim bigint not null,
  alert_thresholds integer[] not null default '{}',
  time_zone text not null default 'UTC',
  -- The platform's own limit for an organization that it pays for: the organization neither changes nor removes it.
  imposed boolean not null default false,
  active boolean not null default true,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  constraint budget_rule_org check (length(org_id) between 1 and 128),
  constraint budget_rule_scope check (scope in ('organization', 'app', 'user', 'key')),
  constraint budget_rule_scope_id check ((scope = 'organization') = (scope_id is null) and length(scope_id) between 1 and 128),
  constraint budget_rule_period check (period in ('hour', 'day', 'week', 'month', 'total')),
  constraint budget_rule_window check (window_kind = 'calendar' or window_kind = 'rolling' and period <> 'total'),
  constraint budget_rule_lim check (lim between 0 and 4000000000000000000),
  constraint budget_rule_thresholds check (cardinality(alert_thresholds) <= 10)
);

create unique index budget_rule_one_active on nexus.budget_rule (org_id, scope, scope_id, period, window_kind, unit, imposed)
  nulls not distinct where active;

-- The rows that calls count against (their levels): one per rule and period, and one root row per organization, without a
-- rule, which is always the first level. The root's epoch is the version of the organization's rules.
create table nexus.budget (
  id bigint generated always as identity primary key,
  org_id text not null,
  rule_id uuid,
  starts_at timestamptz not null default '-infinity',
  ends_at timestamptz not null default 'infinity',
  hard boolean not null default false,
  lim bigint not null default 0,
  reserved bigint not null default 0,
  spent bigint not null default 0,
  overrun bigint not null default 0,
  -- Rolling rows: spending that has left the window.
  rolled_off bigint not null default 0,
  span interval,
  bucket interval,
  epoch bigint not null default 0,
  -- The wallet of an app's customer: its rule_id is the wallet's, its limit what was credited.
  of_wallet boolean not null default false,
  constraint budget_period check (starts_at < ends_at),
  constraint budget_counters check (reserved >= 0 and spent >= 0 and overrun >= 0 and rolled_off >= 0)
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create unique index budget_root on nexus.budget (org_id) where rule_id is null;
create unique index budget_row on nexus.budget (rule_id, starts_at) where rule_id is not null;

-- What a rolling row has spent, by the moment it was booked.
create table nexus.budget_bucket (
  budget_id bigint not null,
  bucket_at timestamptz not null,
  spent bigint not null default 0,
  overrun bigint not null default 0,
  primary key (budget_id, bucket_at)
) with (fillfactor = 50);

-- A threshold that was crossed: once per row and threshold; a rolling row is re-armed when it falls below again.
create table nexus.budget_alert (
  id bigint generated always as identity primary key,
  budget_id bigint not null,
  rule_id uuid not null,
  org_id text not null,
  threshold integer not null,
  used bigint not null,
  lim bigint not null,
  crossed_at timestamptz(3) not null default clock_timestamp(),
  cleared_at timestamptz(3)
);

create unique index budget_alert_once on nexus.budget_alert (budget_id, threshold) where cleared_at is null;
create index budget_alert_by_org on nexus.budget_alert (org_id, id desc);

-- 2. Holds and what became of them -----------------------------------------------------------------------------------

-- One row per operation. open -> settled | released | uncertain; uncertain -> settled | released; released -> late.
create table nexus.operation (
  operation_id uuid primary key,
  org_id text not null,
  app_id text,
  user_id text,
  key_id text,
  -- `family.verb`, as in ai.generateText.
  name text not null,
  vendor text not null,
  model text not null,
  process_id text not null,
  levels bigint[] not null,
  held bigint not null,
  -- Of a customer's call: the wallet's row, what the customer pays in millionths of the cost, and what was charged.
  wallet_level bigint,
  wallet_ppm integer,
  charged bigint,
  state text not null default 'open',
  source text,
  cost bigint,
  overrun bigint,
  created_at timestamptz not null default clock_timestamp(),
  deadline timestamptz not null,
  ended_at timestamptz,
  -- Facts known before the call: effect, requested model, credential, prices, door, request, what it is about.
  facts jsonb not null,
  -- Facts known after it: units, raw usage, vendor's ids, status, error, timings, unpriced classes.
  result jsonb,
  -- What the first entries of an operation were booked as, where corrections have changed its row since.
  booked jsonb,
  constraint operation_held check (held > 0),
  constraint operation_cost check (cost >= 0 and overrun >= 0),
  constraint operation_state check (state in ('open', 'settled', 'released', 'uncertain', 'late'))
) partition by range (operation_id);

create index operation_by_org on nexus.operation (org_id, operation_id);
create index operation_not_ended on nexus.operation (deadline) where state in ('open', 'uncertain');
-- Vendors' bills name calls by the ids that they gave them: of the answer, and of an only attempt.
create index operation_by_vendor_request on nexus.operation ((result->>'vendorRequestId')) where result->>'vendorRequestId' is not null;
create index operation_by_attempt_request on nexus.operation ((result->'attempt'->>'vendorRequestId'))
  where result->'attempt'->>'vendorRequestId' is not null;

-- What an operation is done for, where that has an id of its own: a mail may take several operations.
create index operation_about on nexus.operation ((facts->>'about')) where facts->>'about' is not null;

-- Attempts, where there was more than one; a further one is committed before anything is sent. An only attempt is kept in
-- its operation's result.
create table nexus.attempt (
  operation_id uuid not null,
  n smallint not null,
  vendor text not null,
  model text not null,
  credential_tier text,
  credential_id text,
  vendor_request_id text,
  started_at timestamptz(3),
  duration_ms integer,
  status integer,
  outcome text,
  error_code text,
  primary key (operation_id, n)
);
create index attempt_by_vendor_request on nexus.attempt (vendor_request_id) where vendor_request_id is not null;

create view nexus.operation_attempt as
  select operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code
    from nexus.attempt
  union all
  select o.operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt", x."durationMs"::int, x.status,
         x.outcome, x."errorCode"
    from nexus.operation o, jsonb_to_record(o.result->'attempt') x (n smallint, vendor text, model text, "credentialTier" text,
           "credentialId" text, "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text)
   where o.result->'attempt' is not null and not exists (select from nexus.attempt a where a.operation_id = o.operation_id);

create sequence nexus.entry_seq;

-- Append-only: money booked. A kind names its two accounts (entry_account), so every row sums to zero.
create table nexus.entry (
  operation_id uuid not null,
  kind text not null,
  n integer not null default 0,
  org_id text not null,
  amount bigint not null,
  seq bigint not null default nextval('nexus.entry_seq'),
  at timestamptz not null default clock_timestamp(),
  -- Who booked it and why, where it was neither the call itself nor policy.
  resolution jsonb,
  -- What the entry moves in the sums, where its operation does not tell.
  moves jsonb,
  primary key (operation_id, kind, n),
  constraint entry_amount check (amount >= 0),
  constraint entry_kind check (kind in ('cost', 'overrun', 'release', 'adjust_up', 'adjust_down', 'rerate_up', 'rerate_down'))
) partition by range (operation_id);

create view nexus.entry_account (kind, debit, credit) as values
  ('cost', 'usage', 'held'), ('overrun', 'usage', 'overrun'), ('release', 'held', 'held'),
  ('adjust_up', 'usage', 'adjustment'), ('adjust_down', 'adjustment', 'usage'),
  ('rerate_up', 'usage', 'rerating'), ('rerate_down', 'rerating', 'usage');

create view nexus.entry_posting as
  select e.operation_id, e.n, e.org_id, e.seq, e.at, p.account, p.amount
    from nexus.entry e join nexus.entry_account a using (kind),
         lateral (values (a.debit, e.amount), (a.credit, -e.amount)) p (account, amount);

-- Refuses to change, delete or truncate entries.
create function nexus.refuse_entry_change() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  raise exception 'entries are append-only: book a correcting one' using errcode = 'restrict_violation';
end $$;

create trigger entry_append_only before update or delete on nexus.entry
  for each row execute function nexus.refuse_entry_change();
create trigger entry_no_truncate before truncate on nexus.entry
  for each statement execute function nexus.refuse_entry_change();

-- The first operation that used a key, and the fingerprint of what it asked.
create table nexus.idempotency (
  ikey bytea primary key,
  rhash bytea not null,
  operation_id uuid not null,
  expires_at timestamptz not null default clock_timestamp() + interval '24 hours',
  -- The hold of the same call before this one: a call that moved on to another route has several, each with a key of its own.
  after uuid
);
create index idempotency_expiry on nexus.idempotency (expires_at);
create index idempotency_after on nexus.idempotency (after) where after is not null;

-- The first answer to a keyed operation, sealed.
create table nexus.answer (
  operation_id uuid primary key,
  body bytea not null,
  expires_at timestamptz not null default clock_timestamp() + interval '24 hours'
);
create index answer_expiry on nexus.answer (expires_at);

create table nexus.process_heartbeat (
  process_id text primary key,
  started_at timestamptz(3) not null default clock_timestamp(),
  renewed_at timestamptz(3) not null default clock_timestamp()
) with (fillfactor = 50);

-- Units counted so far in streams that are still running; recovery estimates from them.
create table nexus.stream_checkpoint (
  operation_id uuid primary key,
  cost bigint not null,
  units jsonb not null,
  at timestamptz(3) not null default clock_timestamp()
) with (fillfactor = 50);

-- Committed before recovery touches an operation, so that no lock is held while it works.
create table nexus.recovery_claim (
  operation_id uuid primary key,
  worker_id text not null,
  leased_until timestamptz(3) not null
);

-- 3. Rollups ---------------------------------------------------------------------------------------------------------

create table nexus.usage_hour (
  org_id text not null,
  hour timestamptz not null,
  app_id text not null,
  user_id text not null,
  key_id text not null,
  vendor text not null,
  model text not null,
  source text not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  primary key (org_id, hour, app_id, user_id, key_id, vendor, model, source)
);

-- The same sums without user and key: a small table for the questions asked most.
create table nexus.usage_hour_app (
  org_id text not null,
  hour timestamptz not null,
  app_id text not null,
  vendor text not null,
  model text not null,
  source text not null,
  calls bigint not null,
  failed bigint not null,
  cost bigint not null,
  overrun bigint not null,
  input_units bigint not null,
  output_units bigint not null,
  primary key (org_id, hour, app_id, vendor, model, source)
);

-- Entries that are not in the hourly sums yet: queued by the transaction that books them, removed by the one that adds them
-- up. There is no cursor and no transaction id: neither means anything in another cluster into which a dump is restored. See docs/decisions/0016-rollups-without-transaction-ids.md.
create table nexus.rollup_queue (
  seq bigint primary key,
  org_id text not null,
  operation_id uuid not null,
  kind text not null,
  n integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 50000);

-- Queues every new entry, in the transaction that books it.
create function nexus.queue_for_rollup() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from fresh;
  return null;
end $$;

-- On the parent table: a row that only moves between partitions is not queued again.
create trigger entry_queued_for_rollup after insert on nexus.entry referencing new table as fresh
  for each statement execute function nexus.queue_for_rollup();

-- Token-like units of input and of output, for sums that people read; the exact units are in the operation's result.
create function nexus.nexus_input_units(p_units jsonb) returns bigint
language sql immutable parallel safe as $$
  select coalesce((p_units->>'input')::bigint, 0) + coalesce((p_units->>'cacheRead')::bigint, 0)
       + coalesce((p_units->>'cacheWrite5m')::bigint, 0) + coalesce((p_units->>'cacheWrite1h')::bigint, 0)
       + coalesce((p_units->>'cacheWrite30m')::bigint, 0) + coalesce((p_units->>'cacheWrite12h')::bigint, 0)
       + coalesce((p_units->>'inputAudio')::bigint, 0) + coalesce((p_units->>'inputImage')::bigint, 0)
       + coalesce((p_units->>'inputVideo')::bigint, 0)
$$;
create function nexus.nexus_output_units(p_units jsonb) returns bigint
language sql immutable parallel safe as $$
  select coalesce((p_units->>'output')::bigint, 0) + coalesce((p_units->>'reasoning')::bigint, 0)
       + coalesce((p_units->>'outputAudio')::bigint, 0) + coalesce((p_units->>'outputImage')::bigint, 0)
$$;

-- What an entry adds to its hour. An operation belongs to the hour in which it was made.
create view nexus.entry_usage as
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
              else 0 end as output_units
    from nexus.entry e join nexus.operation o on o.operation_id = e.operation_id;

-- An organization's entries that are not in the sums yet. Stable: it sees what the asking statement sees, so an entry is
-- either in the sums or here.
create function nexus.nexus_pending_usage(p_org text) returns setof nexus.entry_usage
language sql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off set max_parallel_workers_per_gather = 0 as $$
  select u.* from rollup_queue q join entry_usage u on u.operation_id = q.operation_id and u.kind = q.kind and u.n = q.n where q.org_id = p_org
$$;

-- 4. Partitions ------------------------------------------------------------------------------------------------------

-- The smallest UUIDv7 of a time.
create function nexus.nexus_uuid_floor(p_at timestamptz) returns uuid
language sql immutable strict parallel safe set search_path = nexus, pg_temp as $$
  select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- The time a UUIDv7 was made, in milliseconds since the Unix epoch.
create function nexus.nexus_uuid_ms(p_id uuid) returns bigint
language sql immutable strict parallel safe as $$
  select ('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint
$$;

-- The name of a month's partition; null outside the years that have partitions.
create function nexus.partition_name(p_table text, p_month timestamptz) returns text
language sql stable strict as $$
  select case when p_month >= '2000-01-01Z' and p_month < '9999-01-01Z' then p_table || '_' || to_char(p_month at time zone 'UTC', 'YYYYMM') end
$$;

-- The month to whose partition an id belongs.
create function nexus.month_of(p_id uuid) returns timestamptz
language sql stable strict as $$
  select date_trunc('month', to_timestamp(least(nexus.nexus_uuid_ms(p_id), 253402300799000) / 1000.0), 'UTC')
$$;

-- The smallest id of the following month.
create function nexus.month_end(p_month timestamptz) returns uuid
language sql stable strict as $$
  select nexus.nexus_uuid_floor((p_month at time zone 'UTC' + interval '1 month') at time zone 'UTC')
$$;

-- Whether the table has this partition.
create function nexus.is_partition(p_table text, p_name text) returns boolean
language sql stable strict as $$
  select exists (select from pg_inherits h join pg_class c on c.oid = h.inhrelid
    where h.inhparent = ('nexus.' || p_table)::regclass and c.relname = p_name)
$$;

-- The months of the rows in the default partition, found by skipping along its index.
create function nexus.default_months(p_table text) returns timestamptz[]
language plpgsql stable set enable_seqscan = off as $$
declare found_ uuid; months timestamptz[] := '{}'; m timestamptz;
begin
  execute format('select operation_id from nexus.%I order by operation_id limit 1', p_table || '_default') into found_;
  while found_ is not null loop
    m := nexus.month_of(found_);
    exit when m >= '9999-01-01Z';
    if nexus.partition_name(p_table, m) is not null then months := months || m; end if;
    execute format('select operation_id from nexus.%I where operation_id >= $1 order by operation_id limit 1', p_table || '_default') into found_ using nexus.month_end(m);
  end loop;
  return months;
end $$;

-- Makes the table for a month, not attached yet.
create function nexus.draft_partition(p_table text, p_month timestamptz) returns void
language plpgsql as $$
declare name text := nexus.partition_name(p_table, p_month);
begin
  if to_regclass('nexus.' || name) is not null then return; end if;
  execute format('create table nexus.%I (like nexus.%I including all)', name, p_table);
  -- With this constraint attaching need not read the rows.
  execute format('alter table nexus.%I add constraint of_month check (operation_id >= %L and operation_id < %L)', name,
    nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month));
  if p_table = 'operation' then
    execute format('alter table nexus.%I set (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05)', name);
  end if;
  perform nexus.close_partition(p_table, name);
end $$;

-- Takes away the write rights that default privileges gave the gateway's role, and forbids truncating entries.
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

-- Attaches a month's table as a partition.
create function nexus.attach_partition(p_table text, p_month timestamptz) returns void
language plpgsql as $$
declare name text := nexus.partition_name(p_table, p_month);
begin
  execute format('alter table nexus.%I attach partition nexus.%I for values from (%L) to (%L)', p_table, name,
    nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month));
  execute format('alter table nexus.%I drop constraint of_month', name);
end $$;

-- Repeats every change of the default partition on the copies.
create function nexus.mirror_default() returns trigger
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare name text;
begin
  if tg_op <> 'INSERT' then
    name := partition_name(tg_argv[0], month_of(old.operation_id));
    if to_regclass('nexus.' || name) is not null then
      execute format('delete from nexus.%I where operation_id = $1', name) using old.operation_id;
    end if;
  end if;
  if tg_op <> 'DELETE' then
    name := partition_name(tg_argv[0], month_of(new.operation_id));
    if to_regclass('nexus.' || name) is not null then
      execute format('insert into nexus.%I select ($1).*', name) using new;
    end if;
  end if;
  return null;
end $$;

-- Copies up to `p_limit` rows of a month that have no copy yet, skipping rows that are locked; returns how many.
create function nexus.copy_default(p_table text, p_month timestamptz, p_limit int) returns int
language plpgsql set enable_seqscan = off as $$
declare copied int;
begin
  execute format('insert into nexus.%I select d.* from nexus.%I d where d.operation_id >= $1 and d.operation_id < $2
      and not exists (select from nexus.%1$I p where p.operation_id = d.operation_id %3$s) order by d.operation_id limit $3 for update of d skip locked
      on conflict do nothing', nexus.partition_name(p_table, p_month), p_table || '_default',
      case p_table when 'entry' then 'and p.kind = d.kind and p.n = d.n' else '' end)
    using nexus.nexus_uuid_floor(p_month), nexus.month_end(p_month), p_limit;
  get diagnostics copied = row_count;
  return copied;
end $$;

-- Attaches the copies and replaces the old default partition by an empty one, in one transaction.
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
  -- Rows of no month, or of another month since. The trigger on the parent table does not queue them again.
  foreach m in array p_months loop
    execute format('insert into nexus.%I select * from nexus.%I where operation_id >= $1 and operation_id < $2', was, moved)
      using from_, nexus.nexus_uuid_floor(m);
    from_ := nexus.month_end(m);
  end loop;
  execute format('insert into nexus.%I select * from nexus.%I where operation_id >= $1', was, moved) using from_;
  execute format('alter table nexus.%I attach partition nexus.%I default', p_table, was);
end $$;

-- Drops the old default partition, unless a row of it is in no partition.
create function nexus.drop_moved(p_table text) returns void
language plpgsql as $$
declare missing bigint;
begin
  execute format('select count(*) from nexus.%I m where not exists (select from nexus.%I t where t.operation_id = m.operation_id %s)',
      p_table || '_moved', p_table, case p_table when 'entry' then 'and t.kind = m.kind and t.n = m.n' else '' end) into missing;
  if missing > 0 then
    raise exception '% rows of nexus.%_moved are in no partition; the table is kept', missing, p_table;
  end if;
  execute format('drop table nexus.%I', p_table || '_moved');
end $$;

-- Whether any row of these months still has no copy.
create function nexus.uncopied(p_table text, p_months timestamptz[]) returns boolean
language plpgsql stable set enable_seqscan = off as $$
declare m timestamptz; found_ boolean;
begin
  foreach m in array p_months loop
    execute format('select exists (select from nexus.%I d where d.operation_id >= $1 and d.operation_id < $2
        and not exists (select from nexus.%I p where p.operation_id = d.operation_id %s))', p_table || '_default', nexus.partition_name(p_table, m),
        case p_table when 'entry' then 'and p.kind = d.kind and p.n = d.n' else '' end)
      into found_ using nexus.nexus_uuid_floor(m), nexus.month_end(m);
    if found_ then return true; end if;
  end loop;
  return false;
end $$;

-- Makes the partitions of this month, of the `p_months` that follow, and of every month that has rows in the default
-- partition, and moves those rows. Few rows are moved at once. Many are copied first, some thousands in a transaction, while
-- calls go on and a trigger repeats every change on the copies; then the tables change places, as quickly as for one row,
-- and the old one is dropped once all of its rows are found elsewhere. Each call does one step and returns 0 when nothing
-- is left to do.
create function nexus.nexus_make_partitions(p_months int) returns int
language plpgsql security definer set search_path = nexus, pg_temp set lock_timeout = '500ms' as $$
declare
  -- So many rows are moved while calls wait, which takes milliseconds; so many are copied in one step.
  few constant int := 2000; step constant int := 10000;
  t text; m timestamptz; wanted timestamptz[]; months timestamptz[]; made int := 0; held int; copied int;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_make_partitions'));
  foreach t in array array['operation', 'entry'] loop
    if to_regclass('nexus.' || t || '_moved') is not null then
      perform drop_moved(t);
      made := made + 1;
    end if;
  end loop;
  select array_agg(x order by x) into wanted from (
    select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC' x from generate_series(0, p_months) i
    union select unnest(default_months('operation')) union select unnest(default_months('entry'))) w;
  foreach t in array array['operation', 'entry'] loop
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
    -- Rows that were locked are copied in the next step; rows that are added meanwhile are copied by the trigger.
    if copied > 0 or uncopied(t, months) then return made + greatest(copied, 1); end if;
    perform switch_default(t, months);
    return made + cardinality(months);
  end loop;
  return made;
end $$;

create table nexus.operation_default partition of nexus.operation default;
create table nexus.entry_default partition of nexus.entry default;
create trigger entry_no_truncate before truncate on nexus.entry_default
  for each statement execute function nexus.refuse_entry_change();
select nexus.nexus_make_partitions(2);

-- An organization's operations between two ids, newest first, with what lists filter by. Always walks the index, so that a
-- page costs what it shows.
create function nexus.nexus_recent_operations(p_org text, p_from uuid, p_before uuid, p_limit int)
returns table (operation_id uuid, app_id text, user_id text, key_id text, vendor text, model text, state text)
language plpgsql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query select operation_id, app_id, user_id, key_id, vendor, model, state from operation
    where org_id = p_org and operation_id >= p_from and operation_id < p_before order by operation_id desc limit p_limit;
end $$;

-- 5. Reserve ---------------------------------------------------------------------------------------------------------

-- Whether a later hold of the same call was used, or may still be. A call that moved on to another route has several holds,
-- each with a key of its own. Its first key is free again only when all of them were released: the first may be found to
-- have cost nothing long after another one was answered.
create function nexus.later_hold_used(p_operation_id uuid) returns boolean language sql stable as $$
  with recursive chain (operation_id) as (
    select d.operation_id from nexus.idempotency d where d.after = p_operation_id
    union select d.operation_id from nexus.idempotency d join chain c on d.after = c.operation_id)
  select exists (select from chain c where (select o.state from nexus.operation o where o.operation_id = c.operation_id) is distinct from 'released')
$$;

-- Admits or refuses each call in order, on all its budgets or on none. `p_levels` is flat: `p_w` ids a call, padded with 0, the
-- organization's root first. Returns one code per call:
--   h held · o s r u l known (open settled released uncertain late) · p replay · f refused · c not current · m mismatch
--   i invalid · x no such customer of the app · b the customer is blocked · e its wallet has no room
-- `p_facts` is one JSON object a call, with a record separator (U+001E, which JSON escapes) between them: so each is read
-- once, where an array of them would be read three times.
-- `p_after` names the hold before in the same call, where there was one; `p_customer` the app's customer whose wallet pays, too.
-- For p, f, c and i there is a detail [n, budget id, first operation]. A key or id twice in one batch is a unique violation.
create function nexus.nexus_reserve(p_operation_id uuid[], p_org text[], p_held bigint[], p_epoch bigint[], p_ttl_ms bigint[],
  p_ikey text[], p_rhash text[], p_levels bigint[], p_w int, p_process text, p_app text[], p_user text[], p_key text[],
  p_name text[], p_vendor text[], p_model text[], p_facts text, p_after uuid[] default null, p_customer text[] default null)
returns table (o_status text, o_detail jsonb)
language plpgsql security definer
set search_path = nexus, pg_temp set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  ids bigint[]; free0 bigint[]; free bigint[]; shut boolean[]; epochs bigint[]; orgs text[];
  known uuid[]; known_state text[]; known_held bigint[];
  keys text[]; key_hash text[]; key_operation uuid[]; key_state text[];
  lo uuid; hi uuid; oldest uuid; newest uuid; now_ timestamptz;
  cnt int := cardinality(p_operation_id); st text[] := '{}'; s text; p int; k int; a int; z int; at_ int[];
  all_held boolean := true; detail jsonb; hit bigint; first_operation uuid; h bigint; keyed boolean;
  wallets bigint[] := '{}'; wallet bigint[]; rate int[]; closed boolean[]; r record;
begin
  if p_customer is not null then
    for r in select * from wallets_of(p_org, p_app, p_customer, p_name, p_vendor, p_model) loop
      wallet[r.n] := r.level; rate[r.n] := case when r.level is not null then r.rate_ppm end; closed[r.n] := r.blocked;
    end loop;
    wallets := array_remove(wallet, null);
  end if;
  -- 1 lock all budget rows of the batch in id order
  select array_agg(q.id), array_agg(q.free), array_agg(q.shut), array_agg(q.epoch), array_agg(q.org)
    into ids, free0, shut, epochs, orgs
    from (select id, case when hard then lim - spent - reserved - overrun else 4000000000000000000 end free,
                 clock_timestamp() < starts_at or clock_timestamp() >= ends_at shut,
                 case when rule_id is null then budget.epoch else -1 end epoch,
                 case when rule_id is null then org_id end org
            from budget where id = any (p_levels || wallets) order by id for update) q;
  if cardinality(wallets) > 0 then
    for r in select * from grant_allowances(wallets) loop
      k := array_position(ids, r.level); free0[k] := free0[k] + r.added;
    end loop;
  end if;
  free := free0; now_ := clock_timestamp();
  -- Ids made within five minutes of now.
  oldest := nexus_uuid_floor(now_ - interval '5 minutes'); newest := nexus_uuid_floor(now_ + interval '5 minutes');
  -- 2 what is known already, read after the lock
  select u[1], u[cnt] into lo, hi from (select array_agg(x order by x) u from unnest(p_operation_id) x) y;
  select array_agg(operation_id), array_agg(state), array_agg(held) into known, known_state, known_held
    from operation where operation_id = any (p_operation_id) and operation_id between lo and hi;
  keyed := array_length(array_remove(p_ikey, null), 1) > 0;
  if keyed then
    select array_agg(encode(d.ikey, 'hex')), array_agg(encode(d.rhash, 'hex')), array_agg(d.operation_id),
           array_agg((select case when o.facts->>'effect' = 'act' then 'kept' else o.state end from operation o where o.operation_id = d.operation_id))
      into keys, key_hash, key_operation, key_state
      from idempotency d
     where d.ikey = any (array(select decode(x, 'hex') from unnest(p_ikey) x where x is not null));
  end if;
  -- 3 decide in arrival order
  for n in 1..cnt loop
    s := 'h'; hit := null; first_operation := null; h := p_held[n]; a := (n - 1) * p_w + 1; z := n * p_w; p := null;
    if known is not null then
      p := array_position(known, p_operation_id[n]);
      if p is not null then
        s := case when known_held[p] <> h then 'm' else left(known_state[p], 1) end;
      end if;
    end if;
    if s = 'h' and keys is not null then
      p := array_position(keys, p_ikey[n]);
      -- A call that ended without effect gives its key back: all its holds were released, not the first alone. One that
      -- acts keeps it: the same key is the same answer, a definite no included.
      if p is not null and (key_state[p] is distinct from 'released' or later_hold_used(key_operation[p])) then
        s := case when key_hash[p] = p_rhash[n] then 'p' else 'm' end; first_operation := key_operation[p];
      end if;
    end if;
    if s = 'h' then
      k := array_position(ids, p_levels[a]);
      if k is null or orgs[k] is distinct from p_org[n] or h is null or h <= 0 or h > 4000000000000000000
         or p_operation_id[n] < oldest or p_operation_id[n] > newest then
        s := 'i';
      elsif epochs[k] is distinct from p_epoch[n] then
        s := 'c';
      elsif free[k] < h then
        s := 'f'; hit := p_levels[a];
      else
        at_ := array[k];
        for j in a + 1..z loop
          continue when p_levels[j] = 0;
          k := array_position(ids, p_levels[j]);
          s := case when k is null or shut[k] then 'c' when free[k] < h then 'f' else 'h' end;
          if s <> 'h' then hit := p_levels[j]; exit; end if;
          at_ := at_ || k;
        end loop;
        if s = 'h' and p_customer is not null and p_customer[n] is not null then
          k := array_position(ids, wallet[n]);
          s := case when k is null then 'x' when closed[n] then 'b' when free[k] < charge_of(h, rate[n]) then 'e' else 'h' end;
          if s = 'h' then free[k] := free[k] - charge_of(h, rate[n]); end if;
        end if;
        if s = 'h' then
          foreach k in array at_ loop free[k] := free[k] - h; end loop;
        end if;
      end if;
    end if;
    if s <> 'h' then
      all_held := false;
      if s in ('p', 'f', 'c', 'i') then
        detail := coalesce(detail, '[]') || jsonb_build_array(jsonb_build_array(n, hit::text, first_operation));
      end if;
    end if;
    st := st || s;
  end loop;
  -- 4 counters, keys and holds in one commit
  if all_held or 'h' = any (st) then
    update budget u set reserved = u.reserved + d.f0 - d.f1
      from unnest(ids, free0, free) d (id, f0, f1) where u.id = d.id and u.id = any (ids) and d.f0 <> d.f1;
    if keyed then
      insert into idempotency as d (ikey, rhash, operation_id, after)
        select decode(t.ikey, 'hex'), decode(t.rhash, 'hex'), t.operation_id, t.after from unnest(p_ikey, p_rhash, p_operation_id, st, p_after) t (ikey, rhash, operation_id, x, after)
         where t.x = 'h' and t.ikey is not null
        on conflict (ikey) do update set rhash = excluded.rhash, operation_id = excluded.operation_id, after = excluded.after, expires_at = excluded.expires_at
          where d.operation_id = any (key_operation);
    end if;
    insert into operation (operation_id, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, wallet_level, wallet_ppm, created_at, deadline, facts)
      select t.operation_id, t.org, t.app, t.usr, t.key, t.name, t.vendor, t.model, p_process,
             array_remove(p_levels[(t.n - 1) * p_w + 1 : t.n * p_w], 0), t.held, wallet[t.n::int], rate[t.n::int], now_, now_ + t.ttl * interval '1 millisecond', t.facts::jsonb
        from unnest(p_operation_id, p_org, p_held, p_ttl_ms, st, p_app, p_user, p_key, p_name, p_vendor, p_model, string_to_array(p_facts, chr(30)))
             with ordinality t (operation_id, org, held, ttl, x, app, usr, key, name, vendor, model, facts, n)
       where t.x = 'h';
  end if;
  return query select array_to_string(st, ''), detail;
end $$;

-- 6. Settle ----------------------------------------------------------------------------------------------------------

-- An uncertain operation ends, and an estimated booking is corrected, by the vendor's answer, an import of its bill, an
-- operator, or policy. Entries are never changed: a correction books the difference.

-- What one side of a correction changes in the sums: what was booked (sign -1) or what is booked now (sign 1).
create function nexus.moves_of(p_sign int, p_state text, p_source text, p_vendor text, p_model text, p_units jsonb, p_cost bigint, p_overrun bigint)
returns jsonb language sql immutable parallel safe as $$
  select jsonb_build_object('source', coalesce(p_source, 'none'), 'vendor', p_vendor, 'model', p_model,
    -- A late cost belongs to a call that was counted when it was released.
    'calls', case when p_state = 'late' then 0 else p_sign end,
    'failed', case when p_state = 'released' then p_sign else 0 end,
    'cost', p_sign * p_cost, 'overrun', p_sign * p_overrun,
    'inputUnits', case when p_state = 'settled' then p_sign * nexus.nexus_input_units(p_units) else 0 end,
    'outputUnits', case when p_state = 'settled' then p_sign * nexus.nexus_output_units(p_units) else 0 end)
$$;

-- Whether a new report replaces what is booked. The vendor's own number is only replaced by the vendor's bill.
create function nexus.corrects(p_booked_source text, p_booked jsonb, p_source text, p_result jsonb, p_same boolean)
returns boolean language sql immutable parallel safe as $$
  select coalesce(case
    when p_source in ('provider', 'drained') then p_booked_source in ('estimated', 'operator')
    when p_source = 'operator' then p_booked_source = 'estimated' or p_booked_source = 'operator' and not p_same
    when p_source = 'import' then p_booked_source in ('estimated', 'operator')
      or not p_same and (p_booked_source = 'import' or (p_result->'resolution'->>'forced')::boolean)
    -- A process that was thought dead, or came late, knows more than policy does.
    else p_booked->'resolution'->>'by' = 'policy' and not p_result ? 'resolution' end, false)
$$;

-- The operation's result from now on. A report of its own process replaces the old one; whoever ends the operation in its
-- process's place only adds to it. The reason for a doubt is kept.
create function nexus.merged_result(p_known jsonb, p_reported jsonb) returns jsonb
language sql immutable parallel safe as $$
  select case when p_known is null then p_reported
              when p_reported is null then p_known
              when p_reported ? 'resolution' then p_known || p_reported
              when p_known ? 'doubt' then jsonb_build_object('doubt', p_known->'doubt') || p_reported
              else p_reported end
$$;

-- Ends holds. Returns one code per call: s settled · r released · u uncertain · l late · a corrected · = repeated,
-- nothing changed · c conflict · i invalid · ? unknown operation (nothing changed)
-- Vendor and model are given where another route answered than the hold was made for. `p_result` is one JSON object a call
-- and `p_attempts` one array or nothing, separated like the facts of `nexus_reserve`.
create function nexus.nexus_settle(p_operation_id uuid[], p_end text[], p_cost bigint[], p_source text[], p_vendor text[], p_model text[],
  p_result text, p_attempts text, p_answered uuid[], p_answers text[])
returns text
language plpgsql security definer
set search_path = nexus, pg_temp set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare lo uuid; hi uuid; answer text; now_ timestamptz; ids bigint[]; billed boolean;
begin
  select u[1], u[cardinality(u)] into lo, hi from (select array_agg(x order by x) u from unnest(p_operation_id) x) y;
  select coalesce(array_agg(distinct l.id), '{}'), coalesce(bool_or(o.wallet_level is not null), false) into ids, billed
    from operation o, unnest(o.levels || o.wallet_level) l (id) where o.operation_id = any (p_operation_id) and o.operation_id between lo and hi;
  perform 1 from budget where id = any (ids) order by id for update;    -- 1 same lock order as reserve
  now_ := clock_timestamp();
  with
  act as materialized (                       -- 2 which transition, if any
    select t.*, o.held, o.levels, o.org_id, o.result known, case
      when o.operation_id is null then '?'
      when t.fin = 'settled' and coalesce(t.cost, -1) < 0 then 'i'
      -- Of what acts only proof says that it was not done: the word of a process that was given up is none.
      when o.state = 'uncertain' and t.fin = 'released' and o.facts->>'effect' = 'act' and not t.result::jsonb ? 'resolution' then 'c'
      -- Nor is the proof of a process whose lease has run out: another one may be sending it again.
      when o.state = 'uncertain' and t.fin = 'released' and o.facts->>'effect' = 'act' and t.result::jsonb->'resolution' ? 'worker'
           and not exists (select from recovery_claim k where k.operation_id = t.operation_id
             and k.worker_id = t.result::jsonb->'resolution'->>'worker' and k.leased_until > clock_timestamp()) then 'c'
      when o.state in ('open', 'uncertain') and t.fin in ('settled', 'released') then left(t.fin, 1)
      when o.state = 'open' and t.fin = 'uncertain' then 'u'
      when o.state = 'released' and t.fin = 'settled' and t.cost > 0 then 'l'
      when o.state in ('settled', 'late') and t.fin in ('settled', 'released') and corrects(o.source, o.result, t.src, t.result::jsonb,
           (o.state = t.fin or o.state = 'late' and t.fin = 'settled') and o.cost = coalesce(t.cost, 0)) then 'a'
      when (o.state = t.fin or o.state = 'late' and t.fin = 'settled') and coalesce(o.cost, 0) = coalesce(t.cost, 0) then '='
      else 'c' end a
    from unnest(p_operation_id, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)), string_to_array(p_attempts, chr(30)))
         with ordinality t (operation_id, fin, cost, src, vendor, model, result, attempts, n)
    left join (select * from operation where operation_id = any (p_operation_id) and operation_id between lo and hi) o on o.operation_id = t.operation_id),
  part as materialized (                      -- 3 split cost into covered and overrun
    select *, case when a = 's' then least(cost, held) end covered, case when a = 's' then greatest(cost - held, 0) end excess
      from act where a in ('s', 'r', 'u')),
  w1 as (update operation o set state = case p.a when 's' then 'settled' when 'r' then 'released' else 'uncertain' end,
                source = p.src, cost = case when p.a <> 'u' then coalesce(p.covered, 0) + coalesce(p.excess, 0) end, overrun = p.excess,
                vendor = coalesce(p.vendor, o.vendor), model = coalesce(p.model, o.model),
                ended_at = now_, result = case when p.known is null then p.result::jsonb else merged_result(p.known, p.result::jsonb) end
           from part p where o.operation_id = p.operation_id and o.operation_id between lo and hi),
  w2 as (update budget u set reserved = u.reserved - d.r, spent = u.spent + d.covered, overrun = u.overrun + d.excess
           from (select b.id, sum(case when a in ('s', 'r') then held else 0 end) r,
                        sum(coalesce(covered, 0)) covered, sum(coalesce(excess, 0)) excess
                   from part, unnest(levels) b (id) where a <> 'u' group by b.id) d where u.id = d.id and u.id = any (ids)
         returning u.id, u.bucket, d.covered, d.excess),
  w3 as (insert into entry (operation_id, kind, org_id, amount, at, resolution)
           select operation_id, kind, org_id, amount, now_, case when src in ('operator', 'import') then result::jsonb->'resolution' end
             from part, lateral (values ('cost', covered), ('overrun', nullif(excess, 0)), ('release', case when a = 'r' then 0 end)) e (kind, amount)
            where amount is not null),
  w4 as (insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
           select id, date_bin(bucket, now_, timestamptz '2000-01-01 00:00:00Z'), covered, excess
             from w2 where bucket is not null and covered + excess > 0
           on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun),
  w5 as (insert into attempt as t (operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code, evidence, phase)
           select p.operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt",
                  x."durationMs"::int, x.status, x.outcome, x."errorCode", x.evidence, x.phase from act p,
             jsonb_to_recordset(p.attempts::jsonb) x (n smallint, vendor text, model text, "credentialTier" text, "credentialId" text,
               "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text,
               evidence text, phase text)
            where p.attempts <> '' and p.a in ('s', 'r', 'u', 'l', 'a')
           on conflict (operation_id, n) do update set vendor_request_id = excluded.vendor_request_id, started_at = coalesce(excluded.started_at, t.started_at),
             duration_ms = excluded.duration_ms, status = excluded.status, outcome = excluded.outcome, error_code = excluded.error_code,
             evidence = excluded.evidence, phase = excluded.phase),
  w6 as (insert into answer (operation_id, body)
           select p.operation_id, decode(x.body, 'base64') from unnest(p_answered, p_answers) x (operation_id, body) join act p on p.operation_id = x.operation_id where p.a in ('s', 'l', 'a')
           on conflict (operation_id) do nothing)
  select string_agg(a, '' order by n) into answer from act;
  if answer !~ '[la]' then
    if billed then perform book_charges(p_operation_id, lo, hi); end if;
    return answer;
  end if;
  -- 4 change what is booked already: a cost after a release, or a correction
  with
  part as materialized (
    select t.operation_id, t.src, o.org_id, o.levels, o.state was_state, o.source was_source, o.vendor was_vendor, o.model was_model, o.ended_at,
           o.result->'units' was_units, coalesce(o.cost, 0) was_cost, coalesce(o.overrun, 0) was_overrun, x.a,
           coalesce(t.vendor, o.vendor) vendor, coalesce(t.model, o.model) model, merged_result(o.result, t.result::jsonb) result,
           case when t.src in ('operator', 'import') then t.result::jsonb->'resolution' end resolution,
           case when t.fin = 'released' then 'released' when o.state = 'settled' then 'settled' else 'late' end state,
           case when t.fin = 'settled' and o.state = 'settled' then least(t.cost, o.held) else 0 end covered,
           case when t.fin = 'released' then 0 when o.state = 'settled' then greatest(t.cost - o.held, 0) else t.cost end excess
      from unnest(p_operation_id, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)))
           with ordinality t (operation_id, fin, cost, src, vendor, model, result, n)
      join lateral substr(answer, t.n::int, 1) x (a) on x.a in ('l', 'a')
      join (select * from operation where operation_id = any (p_operation_id) and operation_id between lo and hi) o on o.operation_id = t.operation_id),
  w1 as (update operation o set state = p.state, source = p.src, cost = p.covered + p.excess, overrun = case when p.state <> 'released' then p.excess end,
                vendor = p.vendor, model = p.model, result = p.result, ended_at = case when p.a = 'l' then now_ else o.ended_at end,
                booked = coalesce(o.booked, jsonb_build_object('source', coalesce(p.was_source, 'none'), 'vendor', p.was_vendor,
                  'model', p.was_model, 'units', p.was_units))
           from part p where o.operation_id = p.operation_id and o.operation_id between lo and hi),
  -- In a rolling row the difference goes to the bucket of the booking, or to what has left the window with it.
  slot as (
    select b.id, u.bucket, u.span, date_bin(u.bucket, case when p.a = 'l' then now_ else p.ended_at end, timestamptz '2000-01-01 00:00:00Z') bucket_at,
           sum(p.covered - (p.was_cost - p.was_overrun)) covered, sum(p.excess - p.was_overrun) excess
      from part p, unnest(p.levels) b (id) join budget u on u.id = b.id group by 1, 2, 3, 4),
  placed as materialized (
    select s.*, s.bucket is null or s.bucket_at + s.bucket > now_ - s.span
           or exists (select from budget_bucket k where k.budget_id = s.id and k.bucket_at = s.bucket_at) inside from slot s),
  w2 as (update budget u set spent = u.spent + d.covered, overrun = u.overrun + d.excess, rolled_off = u.rolled_off + d.gone
           from (select id, sum(case when inside then covered else 0 end) covered, sum(case when inside then excess else 0 end) excess,
                        sum(case when inside then 0 else covered + excess end) gone from placed group by id) d
          where u.id = d.id and u.id = any (ids)),
  w4 as (insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
           select id, bucket_at, covered, excess from placed where bucket is not null and inside and (covered <> 0 or excess <> 0)
           on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun)
  insert into entry (operation_id, kind, n, org_id, amount, at, resolution, moves)
    select p.operation_id, 'overrun', (select count(*) from entry e where e.operation_id = p.operation_id and e.kind = 'overrun'), p.org_id, p.excess, now_, p.resolution,
           moves_of(1, 'late', p.src, p.vendor, p.model, null, p.excess, p.excess)
      from part p where p.a = 'l'
    union all
    -- Always both sides, with the difference in one of them: the sums change from what was booked to what is booked now.
    select p.operation_id, e.kind, (select count(*) from entry x where x.operation_id = p.operation_id and x.kind = e.kind), p.org_id, e.amount, now_, p.resolution, e.moves
      from part p, lateral (values
        ('adjust_down', greatest(p.was_cost - p.covered - p.excess, 0),
          moves_of(-1, p.was_state, p.was_source, p.was_vendor, p.was_model, p.was_units, p.was_cost, p.was_overrun)),
        ('adjust_up', greatest(p.covered + p.excess - p.was_cost, 0),
          moves_of(1, case when p.was_state = 'late' then 'late' else p.state end, p.src, p.vendor, p.model, p.result->'units', p.covered + p.excess, p.excess))) e (kind, amount, moves)
     where p.a = 'a';
  if billed then perform book_charges(p_operation_id, lo, hi); end if;
  return answer;
end $$;

-- Ends an uncertain operation or corrects a booking, by hand (`operator`) or by the vendor's bill (`import`). Who did it, why
-- and by which evidence (a SHA-256) is kept on the row and on the entries. Replies: settled, released, corrected, late (a cost
-- after a release), same (nothing to change), open (still running: it ends itself), exact (the vendor's own number is booked
-- already), invalid, unknown.
create function nexus.nexus_correct(p_operation_id uuid, p_end text, p_cost bigint, p_by text, p_actor text, p_reason text, p_evidence text, p_force boolean)
returns table (o_reply text, o_was_state text, o_was_cost bigint)
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare o operation; code text;
begin
  if p_by not in ('operator', 'import') or p_end not in ('settled', 'released') or coalesce(length(p_actor), 0) not between 1 and 256
     or coalesce(length(p_reason), 0) not between 1 and 1000 or p_evidence !~ '^[0-9a-f]{64}$'
     or p_by = 'import' and p_evidence is null or p_force and p_by <> 'import' then
    return query select 'invalid', null::text, null::bigint;
    return;
  end if;
  perform 1 from budget where id = any (array(select unnest(levels || wallet_level) from operation where operation_id = p_operation_id)) order by id for update;
  -- Whoever leases it locks this row: until this is committed nobody begins to ask after it.
  select * into o from operation where operation_id = p_operation_id for update;
  if o.operation_id is null then
    return query select 'unknown', null::text, null::bigint;
    return;
  end if;
  if o.state = 'open' or o.state = 'uncertain' and o.facts->>'effect' = 'act'
     and exists (select from recovery_claim c where c.operation_id = p_operation_id and c.leased_until > clock_timestamp()) then
    code := 'o';
  else
    code := nexus_settle(array[p_operation_id], array[p_end], array[case when p_end = 'settled' then p_cost end], array[p_by], array[null::text], array[null::text],
      jsonb_build_object('resolution', jsonb_strip_nulls(jsonb_build_object('by', p_by, 'actor', p_actor, 'reason', p_reason,
        'evidence', p_evidence, 'forced', nullif(p_force, false), 'at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))::text,
      '', '{}', '{}');
    -- No cost for what was released is no change.
    if code = 'c' and o.state = 'released' and coalesce(p_cost, 0) = 0 then code := '='; end if;
  end if;
  return query select case code when 's' then 'settled' when 'r' then 'released' when 'a' then 'corrected' when 'l' then 'late'
    when '=' then 'same' when 'o' then 'open' when 'i' then 'invalid' else 'exact' end, o.state, o.cost;
end $$;

-- A further attempt, committed before it is sent.
create function nexus.nexus_begin_attempt(p_operation_id uuid, p_n smallint, p_vendor text, p_model text, p_tier text, p_credential text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  insert into attempt (operation_id, n, vendor, model, credential_tier, credential_id, started_at)
    values (p_operation_id, p_n, p_vendor, p_model, p_tier, p_credential, clock_timestamp()) on conflict (operation_id, n) do nothing
$$;

-- 7. Organizations, rules, periods -----------------------------------------------------------------------------------

-- The id of the organization's root row; made where there is none.
create function nexus.nexus_ensure_org(p_org text) returns bigint
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare root bigint;
begin
  select id into root from budget where org_id = p_org and rule_id is null;
  if root is null then
    -- The first of the locks that opening periods takes, so that both take them in one order.
    perform pg_advisory_xact_lock(hashtext('nexus_open_periods'));
    insert into budget (org_id) values (p_org) on conflict (org_id) where rule_id is null do nothing;
    select id into root from budget where org_id = p_org and rule_id is null;
  end if;
  return root;
end $$;

-- The first boundary after a moment. Hours are counted in absolute time, so that a repeated hour is an hour.
create function nexus.nexus_period_end(p_period text, p_zone text, p_at timestamptz) returns timestamptz
language sql stable strict set search_path = nexus, pg_temp as $$
  select case when p_period = 'hour' then date_trunc('hour', p_at, p_zone) + interval '1 hour'
              else (date_trunc(p_period, p_at at time zone p_zone) + ('1 ' || p_period)::interval) at time zone p_zone end
$$;

-- Makes the rows of every active rule (or of one organization's) up to a day ahead, each where the one before it ends.
-- There is no reset: a new period is a new row.
create function nexus.nexus_open_periods(p_org text default null) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare r record; from_ timestamptz; to_ timestamptz; now_ timestamptz; made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_open_periods'));
  now_ := clock_timestamp();
  for r in select b.*, (select max(x.ends_at) from budget x where x.rule_id = b.id) last_end
             from budget_rule b where b.active and (p_org is null or b.org_id = p_org) order by b.id loop
    if r.period = 'total' or r.window_kind = 'rolling' then
      continue when r.last_end is not null;
      insert into budget (org_id, rule_id, hard, lim, span, bucket)
        select r.org_id, r.id, r.hard, r.lim, s.span, s.bucket
          from (values ('hour', interval '1 hour', interval '1 minute'), ('day', '24 hours', '15 minutes'),
                       ('week', '7 days', '1 hour'), ('month', '30 days', '6 hours'), ('total', null, null)) s (period, span, bucket)
         where s.period = r.period;
      made := made + 1;
      continue;
    end if;
    from_ := case when r.last_end > now_ then r.last_end
                  when r.period = 'hour' then greatest(date_trunc('hour', now_, r.time_zone), r.last_end)
                  else greatest(date_trunc(r.period, now_ at time zone r.time_zone) at time zone r.time_zone, r.last_end) end;
    while from_ < now_ + interval '1 day' loop
      to_ := nexus_period_end(r.period, r.time_zone, from_);
      insert into budget (org_id, rule_id, starts_at, ends_at, hard, lim) values (r.org_id, r.id, from_, to_, r.hard, r.lim);
      made := made + 1;
      from_ := to_;
    end loop;
  end loop;
  return made;
end $$;

-- Creates a rule, or changes the active one of the same organization, scope, period, window and unit. Locks like reserve
-- does, and moves the epoch, so that no process can go on without the change.
create function nexus.nexus_set_budget(p_id uuid, p_org text, p_scope text, p_scope_id text, p_period text, p_window text,
  p_unit text, p_hard boolean, p_lim bigint, p_thresholds int[], p_zone text, p_imposed boolean default false) returns uuid
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare rule uuid; old_zone text;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_open_periods'));
  perform nexus_ensure_org(p_org);
  perform 1 from budget where org_id = p_org and rule_id is null for update;
  select id, time_zone into rule, old_zone from budget_rule
   where active and org_id = p_org and scope = p_scope and scope_id is not distinct from p_scope_id
     and period = p_period and window_kind = p_window and unit = p_unit and imposed = p_imposed;
  if rule is null then
    rule := p_id;
    insert into budget_rule (id, org_id, scope, scope_id, period, window_kind, unit, hard, lim, alert_thresholds, time_zone,
                             imposed)
      values (p_id, p_org, p_scope, p_scope_id, p_period, p_window, p_unit, p_hard, p_lim, p_thresholds, p_zone, p_imposed);
  else
    update budget_rule set hard = p_hard, lim = p_lim, alert_thresholds = p_thresholds, time_zone = p_zone, updated_at = clock_timestamp()
     where id = rule;
    perform 1 from budget where rule_id = rule and ends_at > clock_timestamp() order by id for update;
    -- Rows of another zone that have not begun hold nothing and are made anew.
    if old_zone <> p_zone then
      delete from budget where rule_id = rule and starts_at > clock_timestamp() + interval '1 second'
        and reserved + spent + overrun = 0;
    end if;
    update budget set hard = p_hard, lim = p_lim where rule_id = rule and ends_at > clock_timestamp();
  end if;
  update budget set epoch = epoch + 1 where org_id = p_org and rule_id is null;
  perform nexus_open_periods(p_org);
  return rule;
end $$;

-- Ends a rule; its rows keep what was spent, and holds they admitted still settle there.
create function nexus.nexus_remove_budget(p_org text, p_rule uuid, p_imposed boolean default false) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  perform 1 from budget where org_id = p_org and rule_id is null for update;
  update budget_rule set active = false, updated_at = clock_timestamp()
   where id = p_rule and org_id = p_org and active and imposed = p_imposed;
  if not found then return false; end if;
  update budget set epoch = epoch + 1 where org_id = p_org and rule_id is null;
  return true;
end $$;

create trigger budget_rule_changed after insert or update or delete on nexus.budget_rule
  for each statement execute function nexus.notify_change();
-- Nobody keeps wallets in memory.
create trigger budget_opened after insert on nexus.budget
  for each row when (not new.of_wallet) execute function nexus.notify_change();

-- 8. Processes and recovery ------------------------------------------------------------------------------------------

-- Says that the process is alive.
create function nexus.nexus_heartbeat(p_process text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  insert into process_heartbeat (process_id) values (p_process)
    on conflict (process_id) do update set renewed_at = clock_timestamp()
$$;

-- Replaces what is known of running streams.
create function nexus.nexus_checkpoint(p_streams json) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  insert into stream_checkpoint (operation_id, cost, units)
    select operation_id, cost, units from json_to_recordset(p_streams) x (operation_id uuid, cost bigint, units jsonb) order by operation_id
    on conflict (operation_id) do update set cost = excluded.cost, units = excluded.units, at = clock_timestamp()
$$;

-- Leases operations that their process will not end: open ones past their deadline or of a process that has been silent for
-- `p_silence_ms`, and uncertain ones old enough for the policy. The claim is committed before anything is settled, so that
-- locks are always taken in one order. `silent` says that the process is silent, not merely late.
create function nexus.nexus_claim(p_worker text, p_lease_ms bigint, p_silence_ms bigint, p_uncertain_ms bigint, p_limit int)
returns table (operation_id uuid, org_id text, state text, held bigint, name text, vendor text, model text, facts jsonb,
  created_at timestamptz, ended_at timestamptz, checkpoint_cost bigint, checkpoint_units jsonb, attempts jsonb, silent boolean)
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare taken uuid[]; quiet boolean[];
begin
  with due as materialized (
    select o.operation_id, coalesce(b.renewed_at, o.created_at) < clock_timestamp() - p_silence_ms * interval '1 millisecond' silent
      from operation o left join process_heartbeat b using (process_id)
     where o.state in ('open', 'uncertain')
       -- What waits in the queue belongs to no process, and ends by itself.
       and o.deadline < 'infinity'
       and case o.state
             when 'open' then o.deadline < clock_timestamp()
               or coalesce(b.renewed_at, o.created_at) < clock_timestamp() - p_silence_ms * interval '1 millisecond'
             else o.facts->>'effect' = 'read' and o.ended_at < clock_timestamp() - p_uncertain_ms * interval '1 millisecond' end
       and not exists (select from recovery_claim c where c.operation_id = o.operation_id and c.leased_until > clock_timestamp())
     order by o.deadline limit p_limit for update of o skip locked),
  claimed as (
    insert into recovery_claim as c (operation_id, worker_id, leased_until)
      select due.operation_id, p_worker, clock_timestamp() + p_lease_ms * interval '1 millisecond' from due order by 1
      on conflict on constraint recovery_claim_pkey do update set worker_id = excluded.worker_id, leased_until = excluded.leased_until
        where c.leased_until <= clock_timestamp()
      returning c.operation_id)
  select array_agg(claimed.operation_id), array_agg(due.silent) into taken, quiet from claimed join due on due.operation_id = claimed.operation_id;
  -- Read after the claim: an attempt that was begun before it is seen, and none is begun after it.
  return query
  select o.operation_id, o.org_id, o.state, o.held, o.name, o.vendor, o.model, o.facts, o.created_at, o.ended_at, s.cost, s.units,
         (select jsonb_agg(jsonb_build_object('n', a.n, 'vendor', a.vendor, 'model', a.model, 'outcome', a.outcome) order by a.n)
            from attempt a where a.operation_id = o.operation_id), t.silent
    from unnest(taken, quiet) t (operation_id, silent) join operation o on o.operation_id = t.operation_id left join stream_checkpoint s on s.operation_id = o.operation_id;
end $$;

-- Gives up leased operations, if they still are this worker's.
create function nexus.nexus_unclaim(p_worker text, p_operation_id uuid[]) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  delete from recovery_claim where operation_id = any (p_operation_id) and worker_id = p_worker
$$;

-- 9. Workers ---------------------------------------------------------------------------------------------------------

-- Which process runs the ledger's workers. A lease with a heartbeat: a leader whose connection is silent loses it by the
-- clock, whatever locks its session still holds.
create table nexus.worker_lease (
  name text primary key,
  holder text not null,
  leased_until timestamptz not null
);

-- When each of their tasks was last done.
create table nexus.worker_task (
  task text primary key,
  done_at timestamptz not null
);

-- Takes or renews the lease; false where another holder has it and it has not run out.
create function nexus.nexus_lead(p_holder text, p_lease_ms bigint) returns boolean
language sql security definer set search_path = nexus, pg_temp as $$
  with taken as (
    insert into worker_lease as l (name, holder, leased_until)
      values ('ledger', p_holder, clock_timestamp() + p_lease_ms * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, leased_until = excluded.leased_until
        where l.holder = excluded.holder or l.leased_until < clock_timestamp()
      returning 1)
  select exists (select from taken)
$$;

-- Gives the lease back.
create function nexus.nexus_resign(p_holder text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  delete from worker_lease where name = 'ledger' and holder = p_holder
$$;

-- Records that a task was done just now.
create function nexus.nexus_task_done(p_task text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  insert into worker_task (task, done_at) values (p_task, clock_timestamp())
    on conflict (task) do update set done_at = excluded.done_at
$$;

-- Removes spending that has left a rolling window. Until it has run, the window only allows less.
create function nexus.nexus_roll_windows(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare moved int;
begin
  perform 1 from budget where id in
    (select k.budget_id from budget_bucket k join budget b on b.id = k.budget_id
      where k.bucket_at + b.bucket <= clock_timestamp() - b.span limit p_limit) order by id for update;
  with gone as (
    delete from budget_bucket k using budget b
     where b.id = k.budget_id and k.bucket_at + b.bucket <= clock_timestamp() - b.span
       and (k.budget_id, k.bucket_at) in
         (select x.budget_id, x.bucket_at from budget_bucket x join budget y on y.id = x.budget_id
           where x.bucket_at + y.bucket <= clock_timestamp() - y.span order by 1, 2 limit p_limit)
    returning k.budget_id, k.spent, k.overrun),
  total as (select budget_id, sum(spent) s, sum(overrun) o, count(*) c from gone group by 1),
  done as (update budget u set spent = u.spent - t.s, overrun = u.overrun - t.o, rolled_off = u.rolled_off + t.s + t.o
             from total t where u.id = t.budget_id)
  select coalesce(sum(c), 0) into moved from total;
  return moved;
end $$;

-- Adds queued entries to their hours, oldest first. Removing them and adding them up is one transaction: none is skipped and
-- none counted twice, in whatever order they were committed.
create function nexus.nexus_roll_up_usage(p_limit int) returns int
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
  select count(*) into rolled_up from taken;
  return rolled_up;
end $$;

-- Empties the sums and queues every entry, so that the worker adds them up again. For a ledger whose sums are wrong.
create function nexus.rebuild_rollups() returns bigint
language plpgsql set search_path = nexus, pg_temp as $$
declare queued bigint;
begin
  perform pg_advisory_xact_lock(hashtext('nexus_roll_up_usage'));
  lock table entry in share row exclusive mode;
  delete from usage_hour;
  delete from usage_hour_app;
  delete from rollup_queue;
  insert into rollup_queue (seq, org_id, operation_id, kind, n) select seq, org_id, operation_id, kind, n from entry;
  get diagnostics queued = row_count;
  return queued;
end $$;

-- Records each threshold that was crossed, once.
create function nexus.nexus_raise_alerts() returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare raised int;
begin
  update budget_alert a set cleared_at = clock_timestamp() from budget b
   where a.cleared_at is null and b.id = a.budget_id and b.span is not null
     and (b.spent + b.overrun)::numeric * 100 < b.lim::numeric * a.threshold;
  insert into budget_alert (budget_id, rule_id, org_id, threshold, used, lim)
    select b.id, r.id, r.org_id, t.threshold, b.spent + b.overrun, b.lim
      from budget_rule r
      join budget b on b.rule_id = r.id and b.starts_at <= clock_timestamp() and b.ends_at > clock_timestamp() - interval '1 day',
           unnest(r.alert_thresholds) t (threshold)
     where r.active and b.lim > 0 and (b.spent + b.overrun)::numeric * 100 >= b.lim::numeric * t.threshold
     order by b.id, t.threshold
    on conflict (budget_id, threshold) where cleared_at is null do nothing;
  get diagnostics raised = row_count;
  return raised;
end $$;

-- Deletes what has expired: keys and answers (never of an operation that has not ended), checkpoints and claims of ended
-- operations, heartbeats of processes that are gone. A key is kept while a later hold of its call has one.
create function nexus.nexus_prune(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare a int; b int; c int; d int; e int;
begin
  -- Operations that act keep their keys until 90 days after their end, and as long as that is unknown.
  update idempotency k set expires_at = due.until
    from (select x.operation_id, case when o.state in ('open', 'uncertain') then clock_timestamp() + interval '1 day' else o.ended_at + interval '90 days' end until
            from idempotency x join operation o on o.operation_id = x.operation_id
           where x.expires_at < clock_timestamp() and o.facts->>'effect' = 'act'
             and (o.state in ('open', 'uncertain') or o.ended_at + interval '90 days' > clock_timestamp()) limit p_limit) due
   where k.operation_id = due.operation_id;
  delete from idempotency where ikey in
    (select k.ikey from idempotency k where k.expires_at < clock_timestamp()
       and not exists (select from operation o where o.operation_id = k.operation_id and (o.state in ('open', 'uncertain')
         or o.facts->>'effect' = 'act' and o.ended_at + interval '90 days' > clock_timestamp()))
       and not exists (select from idempotency d where d.after = k.operation_id) limit p_limit);
  get diagnostics a = row_count;
  delete from answer where operation_id in
    (select k.operation_id from answer k where k.expires_at < clock_timestamp()
       and not exists (select from idempotency d where d.operation_id = k.operation_id) limit p_limit);
  get diagnostics b = row_count;
  delete from stream_checkpoint where operation_id in
    (select s.operation_id from stream_checkpoint s where s.at < clock_timestamp() - interval '1 minute'
       and not exists (select from operation o where o.operation_id = s.operation_id and o.state in ('open', 'uncertain')) limit p_limit);
  get diagnostics c = row_count;
  delete from recovery_claim where operation_id in
    (select s.operation_id from recovery_claim s where s.leased_until < clock_timestamp()
       and not exists (select from operation o where o.operation_id = s.operation_id and o.state in ('open', 'uncertain')) limit p_limit);
  get diagnostics d = row_count;
  update attempt set request = null where request is not null
    and exists (select from operation o where o.operation_id = attempt.operation_id and o.state not in ('open', 'uncertain'));
  delete from reconciliation r where not exists (select from operation o where o.operation_id = r.operation_id and o.state = 'uncertain');
  delete from process_heartbeat p where p.renewed_at < clock_timestamp() - interval '1 day';
  get diagnostics e = row_count;
  return a + b + c + d + e;
end $$;

-- 10. Where the database may spend -----------------------------------------------------------------------------------

-- In which cluster the database was made, and whether it may spend there. A restored dump brings the row of its origin.
create table nexus.installation (
  only_one boolean primary key default true check (only_one),
  -- The cluster's system identifier ('?' where it cannot be read) and the database's oid in it.
  cluster text not null,
  database_id oid not null,
  -- Why calls that cost money are refused; null: they are not.
  stopped_because text,
  stopped_at timestamptz(3),
  constraint installation_reason check (stopped_because in ('restored')),
  constraint installation_stop check ((stopped_because is null) = (stopped_at is null))
);

-- The system identifier of this cluster; '?' where it cannot be read.
create function nexus.nexus_cluster() returns text
language plpgsql stable security definer set search_path = nexus, pg_temp as $$
begin
  return (select system_identifier::text from pg_catalog.pg_control_system());
exception when insufficient_privilege or undefined_function or feature_not_supported then
  return '?';
end $$;

insert into nexus.installation (cluster, database_id)
  select nexus.nexus_cluster(), (select oid from pg_database where datname = current_database());

create trigger installation_changed after insert or update or delete on nexus.installation
  for each statement execute function nexus.notify_change();

-- Why nothing may be spent: the recorded reason, or `moved` where the database is not in the cluster it was made in.
create function nexus.nexus_spending_stop() returns text
language sql stable security definer set search_path = nexus, pg_temp as $$
  select case when h.stopped_because is not null then h.stopped_because
              when h.database_id is distinct from d.oid
                or h.cluster <> '?' and c.cluster <> '?' and h.cluster <> c.cluster then 'moved' end
    from (select oid from pg_catalog.pg_database where datname = current_database()) d
         cross join (select nexus_cluster() as cluster) c left join installation h on true
$$;

-- Stops all calls that cost money. Running processes notice with their next hold, whose epoch is no longer current.
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

-- Allows calls that cost money again.
create function nexus.allow_spending() returns void
language sql set search_path = nexus, pg_temp as $$
  update installation set stopped_because = null, stopped_at = null
$$;

-- 11. Rights ---------------------------------------------------------------------------------------------------------

do $$
declare f regprocedure; t text;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace and p.proname like 'nexus\_%' loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace and p.proname in
      ('partition_name', 'month_of', 'month_end', 'is_partition', 'default_months', 'draft_partition', 'close_partition',
       'attach_partition', 'mirror_default', 'copy_default', 'switch_default', 'drop_moved', 'uncopied', 'later_hold_used', 'moves_of',
       'corrects', 'merged_result', 'stop_spending', 'allow_spending', 'rebuild_rollups') loop
    execute format('revoke execute on function %s from public', f);
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    for t in select c.oid::regclass::text from pg_class c where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p', 'v')
        and (c.relname in ('budget_rule', 'budget', 'budget_bucket', 'budget_alert', 'operation', 'attempt', 'entry', 'entry_account',
          'entry_posting', 'operation_attempt', 'entry_usage', 'idempotency', 'answer', 'process_heartbeat', 'stream_checkpoint', 'recovery_claim', 'usage_hour', 'usage_hour_app',
          'rollup_queue', 'worker_lease', 'worker_task', 'installation')
          or c.relispartition) loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
    revoke all on sequence nexus.entry_seq from nexus_app;
  end if;
end $$;
