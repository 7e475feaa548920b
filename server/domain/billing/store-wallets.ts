import type pg from "pg";
import type { WalletEntryKind } from "./wallet-entry-kind.ts";

type Reader = pg.Pool | pg.PoolClient;

interface Movement {
  readonly organizationId: string;
  readonly walletId: string;
  readonly kind: Extract<WalletEntryKind, "top_up" | "refund" | "refund_failed" | "adjustment">;
  readonly amount: bigint;
  /** Counts once. */
  readonly source: string;
  readonly actor?: string;
  readonly reason?: string;
}

export const moveWallet = async (
  db: Reader,
  { organizationId, walletId, kind, amount, source, actor, reason }: Movement,
): Promise<"booked" | "same" | "invalid" | "unknown"> => {
  const { rows } = await db.query<{ reply: "booked" | "same" | "invalid" | "unknown" }>(
    "select nexus.nexus_move_wallet($1, $2, $3, $4, $5, $6, $7) as reply",
    [organizationId, walletId, kind, amount, source, actor ?? null, reason ?? null],
  );
  return rows[0]?.reply ?? "unknown";
};

interface EntryRow {
  readonly entry_id: string;
  readonly seq: string;
  readonly at: Date;
  readonly kind: WalletEntryKind;
  readonly amount: string;
  readonly operation_id: string | null;
  readonly operation: string | null;
  readonly model: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

export const selectEntries = async (
  db: Reader,
  walletId: string,
  before: string | undefined,
  limit: number,
): Promise<readonly EntryRow[]> => {
  const { rows } = await db.query<EntryRow>(
    `select e.entry_id, e.seq::text, e.at, e.kind, e.amount::text,
            coalesce(e.operation_id::text, case when e.kind in ('top_up', 'refund', 'refund_failed') then e.source end) as operation_id,
            o.name as operation, o.model, e.actor, e.reason
       from (select * from nexus.wallet_entry where wallet_id = $1 and ($2::bigint is null or seq < $2) order by seq desc limit $3) e
       left join nexus.operation o on o.operation_id = e.operation_id
      order by e.seq desc`,
    [walletId, before ?? null, limit],
  );
  return rows;
};

export const selectDays = async (
  db: Reader,
  walletId: string,
  days: number,
): Promise<readonly { day: string; charged: string; calls: number }[]> => {
  const { rows } = await db.query<{ day: string; charged: string; calls: number }>(
    `with today as (select (clock_timestamp() at time zone 'UTC')::date as d)
     select to_char(s.day, 'YYYY-MM-DD') as day, coalesce(-sum(e.amount), 0)::text as charged,
            (count(*) filter (where e.kind = 'charge'))::int as calls
       from today, generate_series(today.d - ($2::int - 1), today.d, interval '1 day') s (day)
       left join nexus.wallet_entry e on e.wallet_id = $1 and e.kind in ('charge', 'correction')
        and e.at >= s.day at time zone 'UTC' and e.at < (s.day + interval '1 day') at time zone 'UTC'
      group by s.day order by s.day`,
    [walletId, days],
  );
  return rows;
};
