import type pg from "pg";
import type { WalletEntryKind } from "./wallet-entry-kind.ts";

interface StatementLine {
  readonly kind: WalletEntryKind;
  readonly operation: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly entries: number;
  readonly amount: string;
}

/** What a wallet had when a month began, and what moved it since, in one snapshot of the database. */
export const selectStatement = async (
  pool: pg.Pool,
  walletId: string,
  month: string,
): Promise<{ readonly opening: string; readonly lines: readonly StatementLine[] }> => {
  const { rows } = await pool.query<StatementLine & { readonly opening: string }>(
    `with bounds as (select ($2 || '-01')::timestamp at time zone 'UTC' as from_, (($2 || '-01')::timestamp + interval '1 month') at time zone 'UTC' as to_),
     opening as (select coalesce(sum(e.amount), 0)::text as sum from nexus.wallet_entry e, bounds where e.wallet_id = $1 and e.at < bounds.from_),
     line as (
       select e.kind, o.name as operation, o.vendor, o.model, count(*)::int as entries, sum(e.amount)::text as amount
         from bounds, nexus.wallet_entry e left join nexus.operation o on o.operation_id = e.operation_id
        where e.wallet_id = $1 and e.at >= bounds.from_ and e.at < bounds.to_ group by 1, 2, 3, 4)
     select opening.sum as opening, line.* from opening left join line on true order by kind, operation, vendor, model`,
    [walletId, month],
  );
  return {
    opening: rows[0]?.opening ?? "0",
    lines: rows.filter(({ entries }) => entries !== null),
  };
};
