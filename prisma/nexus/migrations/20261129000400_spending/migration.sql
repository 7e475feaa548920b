-- What an organization lets its apps spend and send, beside budgets: a row without an app is for all of them together.
create table nexus.spending_policy (
  org_id text not null,
  app_id text not null default '',
  -- Rules by their names, as they are set.
  rules jsonb not null,
  updated_at timestamptz(3) not null default clock_timestamp(),
  primary key (org_id, app_id),
  constraint spending_policy_organization check (length(org_id) between 1 and 128),
  constraint spending_policy_app check (length(app_id) <= 128)
);

create trigger spending_policy_changed after insert or update or delete on nexus.spending_policy
  for each statement execute function nexus.notify_change();

-- What was taken of a limit that counts a day, in UTC: payments and refunds by currency, and messages.
create table nexus.spending_day (
  org_id text not null,
  app_id text not null default '',
  day date not null,
  unit text not null,
  taken bigint not null default 0,
  primary key (org_id, app_id, day, unit),
  constraint spending_day_taken check (taken >= 0)
) with (fillfactor = 50);

-- Payments that wait for a person, by the idempotency key of the call that asks: nothing is reserved or sent before.
create table nexus.approval (
  approval_id uuid primary key,
  ikey bytea not null unique,
  rhash bytea not null,
  org_id text not null,
  app_id text not null default '',
  operation text not null,
  reference text,
  vendor text not null,
  -- Minor units of ISO 4217.
  amount bigint not null,
  currency text not null,
  -- Nano-USD that will be held when it is made.
  bound bigint not null,
  requested_by text not null,
  requested_user text,
  state text not null default 'pending',
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null,
  decided_at timestamptz(3),
  decided_by text,
  reason text,
  constraint approval_organization check (length(org_id) between 1 and 128),
  constraint approval_amount check (amount > 0 and currency ~ '^[A-Z]{3}$' and bound >= 0),
  constraint approval_state check (state in ('pending', 'approved', 'declined')),
  constraint approval_decided check ((state = 'pending') = (decided_at is null) and (state = 'pending') = (decided_by is null))
);
create index approval_of_org on nexus.approval (org_id, approval_id);
create index approval_pending on nexus.approval (org_id, approval_id) where state = 'pending';

do $$
declare t text;
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.spending_policy', 'nexus.spending_day', 'nexus.approval'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select, insert, update on %s to nexus_app', t);
    end loop;
    grant delete on nexus.spending_policy to nexus_app;
  end if;
end $$;
