import type { Client } from "pg";

/** An app's customers with their wallets, budgets, members: what operations refer to. */
const before = async (client: Client, organizationId: string): Promise<void> => {
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into auth.users (id, email, name, email_verified_at) select 'usr_' || n, 'person' || n || '@example.com', 'Person ' || n, now() from generate_series(0, 999) n
     on conflict do nothing`,
  );
  await client.query(
    `insert into auth.organization_memberships (organization_id, user_id, role) select $1, 'usr_' || n, (array['admin', 'member', 'member', 'guest'])[n % 4 + 1]
       from generate_series(0, 999) n on conflict do nothing`,
    [organizationId],
  );
  await client.query("reset session_replication_role");
  await client.query(
    `insert into nexus.customer (wallet_id, org_id, app_id, customer_id, name)
       select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, 'srv_topoloone', 'customer-' || n, 'Customer ' || n from generate_series(1, 200) n`,
    [organizationId],
  );
  await client.query("select nexus.nexus_open_wallet(wallet_id, org_id) from nexus.customer where org_id = $1", [
    organizationId,
  ]);
  await client.query(
    `select nexus.nexus_set_budget(gen_random_uuid(), $1, scope, id, 'month', 'calendar', 'nanoUsd', false, 4000000000000000, '{80}', 'Europe/Berlin')
       from (values ('organization', null)) o (scope, id)
     union all select nexus.nexus_set_budget(gen_random_uuid(), $1, 'user', 'usr_' || n * 17, 'month', 'calendar', 'nanoUsd', true, 100000000000, '{80}', 'Europe/Berlin')
       from generate_series(1, 40) n
     union all select nexus.nexus_set_budget(gen_random_uuid(), $1, 'key', 'key_' || n * 3, 'month', 'calendar', 'nanoUsd', true, 100000000000, '{80}', 'Europe/Berlin')
       from generate_series(1, 20) n
     union all select nexus.nexus_set_budget(gen_random_uuid(), $1, 'app', 'srv_app_' || n, 'day', 'calendar', 'nanoUsd', true, 1000000000000, '{80}', 'UTC')
       from generate_series(1, 20) n`,
    [organizationId],
  );
};

/** What mails, payments, charges and changes leave beside the ledger. */
const after = async (client: Client, organizationId: string): Promise<void> => {
  await client.query(
    `insert into nexus.wallet_entry (wallet_id, org_id, kind, amount, operation_id, at)
       select w.wallet_id, o.org_id, 'charge', -o.charged, o.operation_id, o.ended_at
         from nexus.operation o join nexus.wallet w on w.budget_id = o.wallet_level where o.charged > 0 order by o.operation_id`,
  );
  await client.query(
    `with charged as (select wallet_id, -sum(amount) as sum from nexus.wallet_entry where kind = 'charge' group by 1),
          credited as (
       insert into nexus.wallet_entry (wallet_id, org_id, kind, amount, source, at)
         select w.wallet_id, w.org_id, 'top_up', coalesce(c.sum, 0) + 100000000000, 'seed', now() - interval '400 days'
           from nexus.wallet w left join charged c using (wallet_id) returning wallet_id, amount),
          held as (select wallet_level, sum(held) as sum from nexus.operation where state = 'uncertain' and wallet_level is not null group by 1)
     update nexus.budget b set lim = k.amount, spent = coalesce(c.sum, 0), reserved = coalesce(h.sum, 0)
       from nexus.wallet w join credited k using (wallet_id) left join charged c using (wallet_id) left join held h on h.wallet_level = w.budget_id
      where w.budget_id = b.id`,
  );
  await client.query(
    `with mail as (
       insert into nexus.email_message (email_id, org_id, app_id, user_id, stream, category, sender_domain, message_id, head, created_at)
         select operation_id, org_id, coalesce(app_id, ''), user_id, case when right(operation_id::text, 1) < '4' then 'broadcast' else 'transactional' end,
                case when right(operation_id::text, 1) < '4' then 'marketing' else 'receipt' end,
                'example.com', operation_id || '@example.com', '\\x01047365656400'::bytea || uuid_send(operation_id), created_at
           from nexus.operation where name = 'email.send' and created_at > now() - interval '90 days' returning email_id, org_id, created_at)
     insert into nexus.email_recipient (email_id, n, org_id, field, address_hash, told, told_at)
       select email_id, 0, org_id, 'to', sha256(right(email_id::text, 4)::bytea), case when right(email_id::text, 2) < 'f8' then 'delivered' else 'bounced' end,
              created_at + interval '3 seconds' from mail`,
  );
  await client.query(
    `with made as (
       insert into nexus.payment (operation_id, org_id, app_id, kind, reference, amount, currency, created_at, seen, seen_at)
         select operation_id, org_id, coalesce(app_id, ''), split_part(name, '.', 2), 'invoice-' || operation_id, 100 + get_byte(uuid_send(operation_id), 12) * 77,
                (array['USD', 'EUR'])[1 + get_byte(uuid_send(operation_id), 13) % 2], created_at, '{"status": "captured"}', ended_at
           from nexus.operation where name in ('payments.order.create', 'payments.checkout.create') returning org_id, app_id, reference, operation_id)
     insert into nexus.payment_reference (org_id, app_id, reference, operation_id) select org_id, app_id, reference, operation_id from made`,
  );
  await client.query(
    `insert into nexus.payment (operation_id, org_id, app_id, kind, parent_id, amount, currency, created_at, seen, seen_at)
       select r.operation_id, r.org_id, coalesce(r.app_id, ''), 'refund', p.operation_id, 100, p.currency, r.created_at, '{"status": "succeeded"}', r.ended_at
         from (select *, row_number() over (partition by org_id order by operation_id) as n from nexus.operation where name = 'payments.refund.create') r
         join (select *, row_number() over (partition by org_id order by operation_id) as n from nexus.payment) p using (org_id, n)`,
  );
  await client.query(
    `insert into nexus.audit_event (id, organization_id, actor_kind, actor_id, user_id, action, target, details, created_at)
       select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(hex, 3) || '8' || substr(hex, 4, 15))::uuid, $1, 'user', 'usr_' || n % 40, 'usr_' || n % 40,
              (array['budget.set', 'app.enable', 'customer.set', 'credential.rotate'])[1 + n % 4], 'target-' || n % 500, jsonb_build_object('limitNanos', n::text), at
         from (select n, md5('event' || n) as hex, now() - n * interval '2 minutes' as at from generate_series(1, 250000) n) e`,
    [organizationId],
  );
  await client.query(
    `insert into nexus.attribution_gap (organization_id, day, calls)
       select org_id, (day at time zone 'UTC')::date, sum(calls) from nexus.usage_day_app where app_id = '' and calls > 0 group by 1, 2`,
  );
};

/** What stands beside the ledger: rows that operations refer to, and rows that refer to operations. */
export const seedLists = { before, after } as const;
