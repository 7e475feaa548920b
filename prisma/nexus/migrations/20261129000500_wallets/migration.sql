-- Customers of apps, what they pay (plans), and what they have (wallets). A wallet is a hard budget row whose limit is the
-- sum of its credits: nexus_reserve holds on it with the budgets of the call, under the same locks. It sees charges, which
-- are costs times the plan's rate; every other budget sees costs.

-- What customers pay of what their calls cost. A rate is in millionths of the cost: 1,250,000 is a markup of 25 %.
create table nexus.plan (
  plan_id uuid primary key,
  org_id text not null,
  app_id text not null,
  name text not null,
  -- Where no rule says otherwise.
  rate_ppm integer not null default 1000000,
  -- Nano-USD a calendar month, in UTC, that cost the customer nothing.
  allowance bigint not null default 0,
  -- The event of a Stripe meter that charges are told as; null: they are not.
  meter_event text,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (org_id, app_id, name),
  constraint plan_owner check (length(org_id) between 1 and 128 and length(app_id) between 1 and 128),
  constraint plan_name check (length(name) between 1 and 100),
  constraint plan_rate check (rate_ppm between 0 and 100000000),
  constraint plan_allowance check (allowance between 0 and 1000000000000000),
  constraint plan_meter_event check (length(meter_event) between 1 and 100)
);

-- The first rule that fits a call says its rate.
create table nexus.plan_rule (
  plan_id uuid not null references nexus.plan (plan_id) on delete cascade,
  n smallint not null,
  -- Null: any.
  family text,
  -- A glob for `vendor/model`, or for the model alone; null: any.
  model text,
  -- The same for `like`.
  model_like text,
  rate_ppm integer not null,
  primary key (plan_id, n),
  constraint plan_rule_rate check (rate_ppm between 0 and 100000000),
  constraint plan_rule_model check ((model is null) = (model_like is null))
);

create table nexus.customer (
  -- Of the customer here, and of the wallet.
  wallet_id uuid primary key,
  org_id text not null,
  app_id text not null,
  -- The app's own id of it.
  customer_id text not null,
  name text,
  plan_id uuid references nexus.plan (plan_id),
  stripe_customer_id text,
  -- Refuses its calls.
  blocked boolean not null default false,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  unique (org_id, app_id, customer_id),
  constraint customer_owner check (length(org_id) between 1 and 128 and length(app_id) between 1 and 128),
  constraint customer_customer_id check (length(customer_id) between 1 and 128),
  constraint customer_name check (length(name) between 1 and 200),
  constraint customer_stripe check (stripe_customer_id ~ '^cus_[A-Za-z0-9]{1,200}$')
);
create index customer_of_plan on nexus.customer (plan_id) where plan_id is not null;

create table nexus.wallet (
  wallet_id uuid primary key,
  org_id text not null,
  -- The budget row: lim is what was credited, spent what was charged, reserved what is held.
  budget_id bigint not null unique,
  -- The month whose allowance was granted last, how much of it, and what had been spent before.
  month date not null default '-infinity',
  granted bigint not null default 0,
  spent_before bigint not null default 0,
  constraint wallet_granted check (granted >= 0 and spent_before >= 0)
) with (fillfactor = 70);

-- Append-only: what moved a wallet's balance.
create table nexus.wallet_entry (
  -- Under which Stripe knows a charge, too.
  entry_id uuid primary key default gen_random_uuid(),
  -- The order in one wallet: taken under its lock.
  seq bigint generated always as identity,
  wallet_id uuid not null,
  org_id text not null,
  kind text not null,
  -- Nano-USD; below zero where it takes from the wallet.
  amount bigint not null,
  -- What it comes from, once: an operation, a month, a key.
  source text,
  -- The call that it is for.
  operation_id uuid,
  actor text,
  reason text,
  at timestamptz(3) not null default clock_timestamp(),
  constraint wallet_entry_amount check (amount <> 0),
  constraint wallet_entry_kind check (kind in ('charge', 'correction', 'top_up', 'refund', 'refund_failed', 'allowance', 'expiry', 'adjustment')),
  constraint wallet_entry_charge check ((kind in ('charge', 'correction')) = (operation_id is not null))
);
create unique index wallet_entry_once on nexus.wallet_entry (wallet_id, kind, source) where source is not null;
create index wallet_entry_of_wallet on nexus.wallet_entry (wallet_id, seq);
create index wallet_entry_by_time on nexus.wallet_entry (wallet_id, at);
create trigger wallet_entry_append_only before update or delete on nexus.wallet_entry
  for each row execute function nexus.refuse_entry_change();
create trigger wallet_entry_no_truncate before truncate on nexus.wallet_entry
  for each statement execute function nexus.refuse_entry_change();

-- Top-ups that were asked for, by the business reference of their checkouts. Written before the checkout is made, so that
-- no payment is ever without one.
create table nexus.top_up (
  org_id text not null,
  app_id text not null,
  reference text not null,
  wallet_id uuid not null,
  -- Nano-USD.
  credit bigint not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- When the checkout is looked at next; null: never again.
  look_at timestamptz(3) default clock_timestamp(),
  looks int not null default 0,
  -- Its checkout was paid, and the wallet credited.
  credited_at timestamptz(3),
  primary key (org_id, app_id, reference),
  constraint top_up_credit check (credit > 0)
);
create index top_up_of_wallet on nexus.top_up (wallet_id, created_at);
create index top_up_look on nexus.top_up (look_at) where look_at is not null;

-- Charges on their way to Stripe's meters: written with the charge, sent in the order of each customer's.
create table nexus.meter_event (
  entry_id uuid primary key,
  seq bigint not null,
  wallet_id uuid not null,
  org_id text not null,
  app_id text not null,
  event_name text not null,
  stripe_customer_id text not null,
  -- Nano-USD.
  value bigint not null,
  at timestamptz(3) not null,
  -- waiting, sent, refused (by Stripe, for good) or unclear (it may have been counted, and Stripe may have forgotten).
  state text not null default 'waiting',
  tries int not null default 0,
  first_sent_at timestamptz(3),
  due_at timestamptz(3) not null default clock_timestamp(),
  leased_by text,
  leased_until timestamptz(3),
  sent_at timestamptz(3),
  error text,
  constraint meter_event_state check (state in ('waiting', 'sent', 'refused', 'unclear'))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create index meter_event_waiting on nexus.meter_event (wallet_id, seq) where state = 'waiting';
create index meter_event_of_org on nexus.meter_event (org_id, state, seq) where state <> 'sent';
create index meter_event_sent on nexus.meter_event (sent_at) where state = 'sent';

-- What a customer pays of an amount, rounded up. Integer division: that of numerics rounds large ones.
create function nexus.charge_of(p_amount bigint, p_ppm integer) returns bigint
language sql immutable parallel safe as $$
  select least(div(p_amount::numeric * p_ppm + 999999, 1000000), 4000000000000000000)::bigint
$$;

-- The wallets that calls are held on, with the rates: one row a call that names a customer.
create function nexus.wallets_of(p_org text[], p_app text[], p_customer text[], p_name text[], p_vendor text[], p_model text[])
returns table (n int, level bigint, rate_ppm int, blocked boolean)
language sql stable set search_path = nexus, pg_temp as $$
  select t.n::int, w.budget_id, coalesce(r.rate_ppm, p.rate_ppm, 1000000), c.blocked
    from unnest(p_org, p_app, p_customer, p_name, p_vendor, p_model) with ordinality t (org, app, customer, name, vendor, model, n)
    left join customer c on c.org_id = t.org and c.app_id = t.app and c.customer_id = t.customer
    left join wallet w on w.wallet_id = c.wallet_id
    left join plan p on p.plan_id = c.plan_id
    left join lateral (
      select x.rate_ppm from plan_rule x
       where x.plan_id = c.plan_id and (x.family is null or x.family = split_part(t.name, '.', 1))
         and (x.model_like is null or t.vendor || '/' || t.model like x.model_like or t.model like x.model_like)
       order by x.n limit 1) r on true
   where t.customer is not null
$$;

-- Allowances are of calendar months, in UTC.
create function nexus.this_month() returns date
language sql volatile as $$
  select date_trunc('month', clock_timestamp() at time zone 'UTC')::date
$$;

-- Grants what is due of this month's allowance, and takes back what is left of the last one: held money counts as left. The
-- wallets' budget rows are locked by whoever calls. A plan that gives more than was granted this month adds the difference.
create function nexus.grant_allowances(p_level bigint[]) returns table (level bigint, added bigint)
language plpgsql set search_path = nexus, pg_temp as $$
declare month_ date := this_month();
begin
  if not exists (select from wallet w join customer c on c.wallet_id = w.wallet_id left join plan p on p.plan_id = c.plan_id
                  where w.budget_id = any (p_level) and (w.month < month_ or w.granted < p.allowance)) then
    return;
  end if;
  return query
  with due as materialized (
    select w.wallet_id, w.org_id, w.budget_id, w.month was_month, w.month < month_ turned, w.granted was, coalesce(p.allowance, 0) allowance,
           b.spent + b.overrun used, greatest(w.granted - greatest(b.spent + b.overrun - w.spent_before, 0), 0) unused
      from wallet w join customer c on c.wallet_id = w.wallet_id left join plan p on p.plan_id = c.plan_id join budget b on b.id = w.budget_id
     where w.budget_id = any (p_level) and (w.month < month_ or w.granted < p.allowance)),
  moves as materialized (
    select d.*, case when turned then d.unused else 0 end expired, case when turned then d.allowance else d.allowance - d.was end fresh from due d),
  w1 as (update wallet w set month = month_, granted = m.allowance, spent_before = case when m.turned then m.used else w.spent_before end
           from moves m where w.wallet_id = m.wallet_id),
  w2 as (insert into wallet_entry (wallet_id, org_id, kind, amount, source)
           select m.wallet_id, m.org_id, e.kind, e.amount, e.source from moves m,
             lateral (values (1, 'expiry', -m.expired, to_char(m.was_month, 'YYYY-MM')),
                             (2, 'allowance', m.fresh, to_char(month_, 'YYYY-MM') || ':' || m.allowance)) e (o, kind, amount, source)
            where e.amount <> 0 order by m.wallet_id, e.o)
  update budget b set lim = b.lim + m.fresh - m.expired from moves m where b.id = m.budget_id
    returning b.id, m.fresh - m.expired;
end $$;

-- Brings wallets in step with ended operations: what each is charged follows from its state and cost, whatever led there.
-- The wallets' budget rows are locked by whoever calls.
create function nexus.book_charges(p_operation_id uuid[], p_lo uuid, p_hi uuid) returns void
language plpgsql set search_path = nexus, pg_temp as $$
begin
  with due as materialized (
    select o.operation_id, o.org_id, o.wallet_level, w.wallet_id, o.charged, charge_of(o.held, o.wallet_ppm) held,
           charge_of(coalesce(o.cost, 0), o.wallet_ppm) charge
      from operation o join wallet w on w.budget_id = o.wallet_level
     where o.operation_id = any (p_operation_id) and o.operation_id between p_lo and p_hi and o.state in ('settled', 'released', 'late')
       and o.charged is distinct from charge_of(coalesce(o.cost, 0), o.wallet_ppm)),
  w1 as (update operation o set charged = d.charge from due d where o.operation_id = d.operation_id and o.operation_id between p_lo and p_hi),
  w2 as (update budget b set reserved = b.reserved - d.freed, spent = b.spent + d.more
           from (select wallet_level, sum(case when charged is null then held else 0 end) freed, sum(charge - coalesce(charged, 0)) more
                   from due group by 1) d where b.id = d.wallet_level),
  booked as (
    insert into wallet_entry (wallet_id, org_id, kind, amount, operation_id)
      select wallet_id, org_id, case when coalesce(charged, 0) = 0 then 'charge' else 'correction' end, coalesce(charged, 0) - charge, operation_id
        from due where charge <> coalesce(charged, 0) order by operation_id
      returning entry_id, seq, wallet_id, org_id, amount, at)
  insert into meter_event (entry_id, seq, wallet_id, org_id, app_id, event_name, stripe_customer_id, value, at)
    select e.entry_id, e.seq, e.wallet_id, e.org_id, c.app_id, p.meter_event, c.stripe_customer_id, -e.amount, e.at
      from booked e join customer c on c.wallet_id = e.wallet_id join plan p on p.plan_id = c.plan_id
     where p.meter_event is not null and c.stripe_customer_id is not null;
end $$;

-- Opens a customer's wallet.
create function nexus.nexus_open_wallet(p_wallet uuid, p_org text) returns void
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare level bigint;
begin
  if exists (select from wallet where wallet_id = p_wallet) then return; end if;
  insert into budget (org_id, rule_id, hard, of_wallet) values (p_org, p_wallet, true, true) returning id into level;
  insert into wallet (wallet_id, org_id, budget_id) values (p_wallet, p_org, level);
end $$;

-- Adds to a wallet, or takes from it where the amount is below zero: once for each source. Taking may leave it below zero;
-- it admits nothing then. Replies: booked, same (that source has been booked), invalid, unknown.
create function nexus.nexus_move_wallet(p_org text, p_wallet uuid, p_kind text, p_amount bigint, p_source text, p_actor text, p_reason text) returns text
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare b budget;
begin
  if p_kind not in ('top_up', 'refund', 'refund_failed', 'adjustment') or coalesce(p_amount, 0) = 0 or p_source is null
     or p_kind in ('top_up', 'refund_failed') and p_amount < 0 or p_kind = 'refund' and p_amount > 0
     or p_kind = 'adjustment' and (coalesce(length(p_actor), 0) = 0 or coalesce(length(p_reason), 0) not between 1 and 1000) then
    return 'invalid';
  end if;
  select x.* into b from budget x join wallet w on w.budget_id = x.id where w.wallet_id = p_wallet and w.org_id = p_org for update of x;
  if b.id is null then return 'unknown'; end if;
  if abs(b.lim::numeric + p_amount) > 4000000000000000000 then return 'invalid'; end if;
  insert into wallet_entry (wallet_id, org_id, kind, amount, source, actor, reason) values (p_wallet, p_org, p_kind, p_amount, p_source, p_actor, p_reason)
    on conflict (wallet_id, kind, source) where source is not null do nothing;
  if not found then return 'same'; end if;
  update budget set lim = lim + p_amount where id = b.id;
  return 'booked';
end $$;

-- Turns the month of wallets that no call has turned. Returns how many.
create function nexus.nexus_turn_months(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare levels bigint[]; turned int; month_ date := this_month();
begin
  levels := array(select w.budget_id from wallet w join customer c on c.wallet_id = w.wallet_id left join plan p on p.plan_id = c.plan_id
    where w.month < month_ and (w.granted > 0 or p.allowance > 0) or w.granted < p.allowance
    order by w.budget_id limit p_limit);
  perform 1 from budget where id = any (levels) order by id for update;
  select count(*) into turned from grant_allowances(levels);
  return turned;
end $$;

-- Leases the first waiting event of each wallet behind `p_after`, in the order of wallets, where it is due and nobody sends it:
-- at most so many. A last row without an event says behind which wallet to go on; no wallet there: this was the last.
-- What one wallet waits for keeps no other waiting.
create function nexus.nexus_take_meter_events(p_worker text, p_lease_ms bigint, p_limit int, p_after uuid)
returns table (entry_id uuid, wallet_id uuid, org_id text, app_id text, event_name text, stripe_customer_id text, value bigint, at timestamptz,
  tries int, first_sent_at timestamptz)
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off set enable_sort = off as $$
#variable_conflict use_column
declare h record; here uuid := p_after; picked uuid[] := '{}'; visits int := 0;
begin
  loop
    select m.entry_id, m.wallet_id, m.due_at, m.leased_until into h from meter_event m
     where m.state = 'waiting' and m.wallet_id > here order by m.wallet_id, m.seq limit 1;
    if not found then here := null; exit; end if;
    here := h.wallet_id; visits := visits + 1;
    if h.due_at <= clock_timestamp() and coalesce(h.leased_until, '-infinity') < clock_timestamp() then picked := picked || h.entry_id; end if;
    exit when cardinality(picked) >= p_limit or visits >= 500;
  end loop;
  return query
    with locked as (
      select m.entry_id from meter_event m where m.entry_id = any (picked) and m.state = 'waiting'
         and coalesce(m.leased_until, '-infinity') < clock_timestamp() for update skip locked)
    update meter_event m set leased_by = p_worker, leased_until = clock_timestamp() + p_lease_ms * interval '1 millisecond', tries = m.tries + 1,
           first_sent_at = coalesce(m.first_sent_at, clock_timestamp())
      from locked where m.entry_id = locked.entry_id
      returning m.entry_id, m.wallet_id, m.org_id, m.app_id, m.event_name, m.stripe_customer_id, m.value, m.at, m.tries, m.first_sent_at;
  return query select null::uuid, here, null::text, null::text, null::text, null::text, null::bigint, null::timestamptz, null::int, null::timestamptz;
end $$;

-- What became of a leased event. `waiting`: it is tried again after so long. Only the worker that has the lease says so.
create function nexus.nexus_meter_event_ended(p_worker text, p_entry uuid, p_state text, p_after_ms bigint, p_error text) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  update meter_event set state = p_state, due_at = clock_timestamp() + p_after_ms * interval '1 millisecond', error = p_error, leased_by = null,
         leased_until = null, sent_at = case when p_state = 'sent' then clock_timestamp() end
   where entry_id = p_entry and leased_by = p_worker and state = 'waiting';
  return found;
end $$;

-- Has an organization's refused or unclear events sent again, or (p_state `sent`) taken for sent. Returns how many.
create function nexus.nexus_resolve_meter_events(p_org text, p_entry uuid[], p_state text) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare moved int;
begin
  if p_state not in ('waiting', 'sent') then return 0; end if;
  update meter_event set state = p_state, due_at = clock_timestamp(), tries = 0, first_sent_at = null, error = null, leased_by = null, leased_until = null,
         sent_at = case when p_state = 'sent' then clock_timestamp() end
   where org_id = p_org and entry_id = any (p_entry) and state in ('refused', 'unclear');
  get diagnostics moved = row_count;
  return moved;
end $$;

-- Forgets events that were sent long ago.
create function nexus.nexus_prune_meter_events(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare gone int;
begin
  delete from meter_event where entry_id in
    (select m.entry_id from meter_event m where m.state = 'sent' and m.sent_at < clock_timestamp() - interval '40 days' order by m.sent_at limit p_limit);
  get diagnostics gone = row_count;
  return gone;
end $$;

do $$
declare f regprocedure; t text;
begin
  foreach f in array array[
    'nexus.this_month()', 'nexus.wallets_of(text[], text[], text[], text[], text[], text[])', 'nexus.grant_allowances(bigint[])',
    'nexus.book_charges(uuid[], uuid, uuid)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
  end loop;
  foreach f in array array[
    'nexus.nexus_open_wallet(uuid, text)', 'nexus.nexus_move_wallet(text, uuid, text, bigint, text, text, text)', 'nexus.nexus_turn_months(int)',
    'nexus.nexus_take_meter_events(text, bigint, int, uuid)', 'nexus.nexus_meter_event_ended(text, uuid, text, bigint, text)',
    'nexus.nexus_resolve_meter_events(text, uuid[], text)', 'nexus.nexus_prune_meter_events(int)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.wallet', 'nexus.wallet_entry', 'nexus.meter_event'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
    foreach t in array array['nexus.plan', 'nexus.customer', 'nexus.top_up'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select, insert, update on %s to nexus_app', t);
    end loop;
    grant delete on nexus.plan to nexus_app;
    revoke all on nexus.plan_rule from nexus_app;
    grant select, insert, delete on nexus.plan_rule to nexus_app;
  end if;
end $$;
