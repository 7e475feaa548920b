import type { Pool } from "pg";
import type { Sandbox } from "../../../sandbox/start-sandbox.ts";
import { verifySums } from "../../../server/platform/ledger/index.ts";
import type { BillingEvidence, ChargedEntry, EndedWallet } from "./billing-judge.ts";

/** What the ledger and the vendor have at the end. */
export const readBillingEvidence = async (pool: Pool, sandbox: Sandbox, answered: number): Promise<BillingEvidence> => {
  const client = await pool.connect();
  try {
    const { rows: entries } = await client.query<ChargedEntry>(
      `select e.entry_id as "entryId", c.stripe_customer_id as "stripeCustomer", -e.amount as charged
         from nexus.wallet_entry e join nexus.customer c using (wallet_id) where e.kind in ('charge', 'correction')`,
    );
    const { rows: wallets } = await client.query<EndedWallet>(
      `select c.customer_id as "customerId", c.stripe_customer_id as "stripeCustomer", b.lim as credits, b.spent, b.reserved as held,
              coalesce((select sum((a.details->>'amountNanos')::bigint) from nexus.audit_event a where a.action = 'wallet.adjust' and a.target = c.customer_id), 0)::bigint as given,
              coalesce((select sum(e.amount) from nexus.wallet_entry e where e.wallet_id = c.wallet_id and e.kind = 'adjustment'), 0)::bigint as adjusted
         from nexus.customer c join nexus.wallet w using (wallet_id) join nexus.budget b on b.id = w.budget_id`,
    );
    const { rows: ends } = await client.query<Pick<BillingEvidence, "ended" | "unended" | "waiting" | "stuck">>(
      `select (select count(*)::int from nexus.operation where state in ('settled', 'late') and wallet_level is not null) as ended,
              (select count(*)::int from nexus.operation where state in ('open', 'uncertain')) as unended,
              (select count(*)::int from nexus.meter_event where state = 'waiting') as waiting,
              (select count(*)::int from nexus.meter_event where state in ('refused', 'unclear')) as stuck`,
    );
    const { budgets } = await verifySums(client);
    return {
      counted: sandbox.stripe.store.usage.all.map(({ identifier, customer, value }) => ({
        identifier,
        customer,
        value,
      })),
      entries,
      wallets,
      differences: budgets,
      answered,
      ...(ends[0] ?? { ended: 0, unended: 0, waiting: 0, stuck: 0 }),
    };
  } finally {
    client.release();
  }
};
