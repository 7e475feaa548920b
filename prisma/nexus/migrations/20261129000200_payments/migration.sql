-- Payments: what was made or changed at payment vendors, by the operation that did it. Its state, its vendor, the credential
-- and the vendor's id of it are on the operation's row and its attempts, and nowhere else: they cannot contradict the ledger.
create table nexus.payment (
  operation_id uuid primary key,
  org_id text not null,
  -- Empty where no app called.
  app_id text not null default '',
  kind text not null,
  -- What a refund, an authorization, a capture, a cancellation, an expiry or a deactivation is about.
  parent_id uuid references nexus.payment (operation_id),
  reference text,
  -- Minor units of ISO 4217; of a link all that can be paid on it, where that is bounded.
  amount bigint,
  currency text,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- Since when its vendor shows that nobody can pay it any more, or that a refund came to nothing.
  closed_at timestamptz(3),
  -- How it stood when its vendor was last asked, or did something to it: status, providerStatus, next, captured, refunded.
  seen jsonb,
  seen_at timestamptz(3),
  constraint payment_kind check (kind in ('checkout', 'order', 'link', 'refund', 'authorize', 'capture', 'cancel', 'expire', 'deactivate')),
  constraint payment_parent check ((parent_id is null) = (kind in ('checkout', 'order', 'link'))),
  constraint payment_reference check ((reference is null) = (kind not in ('checkout', 'order')) and length(reference) between 1 and 127),
  constraint payment_organization check (length(org_id) between 1 and 128),
  constraint payment_amount check (amount > 0 and currency ~ '^[A-Z]{3}$' or amount is null),
  constraint payment_refund check (kind <> 'refund' or amount is not null)
);
create index payment_of_parent on nexus.payment (parent_id) where parent_id is not null;
create index payment_of_org on nexus.payment (org_id, operation_id);
-- Few of an organization's operations are payments: lists of them do not walk all of its calls.
create index operation_of_payments on nexus.operation (org_id, operation_id) where name like 'payments.%';

-- Which operation a business reference belongs to: one reference pays once, whatever keys are used.
create table nexus.payment_reference (
  org_id text not null,
  app_id text not null,
  reference text not null,
  operation_id uuid not null,
  primary key (org_id, app_id, reference)
);

-- Whether an operation that took a reference can never be paid: it was proved not done, or its object was canceled or expired.
create function nexus.nexus_payment_is_over(p_operation_id uuid) returns boolean
language sql stable security definer set search_path = nexus, pg_temp as $$
  select exists (select from operation o where o.operation_id = p_operation_id and o.state = 'released')
      or exists (select from payment p where p.operation_id = p_operation_id and p.closed_at is not null)
      or exists (select from payment c join operation o on o.operation_id = c.operation_id
                  where c.parent_id = p_operation_id and c.kind in ('cancel', 'expire') and o.state in ('settled', 'late'))
$$;

do $$
declare t text;
begin
  revoke execute on function nexus.nexus_payment_is_over(uuid) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_payment_is_over(uuid) to nexus_app;
    foreach t in array array['nexus.payment', 'nexus.payment_reference'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select, insert, update on %s to nexus_app', t);
    end loop;
  end if;
end $$;
