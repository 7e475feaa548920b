import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { NexusError } from "../../errors.ts";
import type { UsageFilter } from "./usage-dimension.ts";

/** An entry as it is read. */
export interface PositionedEntry {
  readonly o_position: string;
  readonly o_operation_id: string;
  readonly o_kind: "cost" | "overrun" | "release" | "adjust_up" | "adjust_down" | "rerate_up" | "rerate_down";
  readonly o_n: number;
  readonly o_at: string;
  readonly o_org: string;
  readonly o_app: string | null;
  readonly o_user: string | null;
  readonly o_key: string | null;
  readonly o_customer: string | null;
  readonly o_operation: string;
  readonly o_vendor: string;
  readonly o_model: string | null;
  readonly o_tier: string | null;
  readonly o_source: string;
  readonly o_calls: number;
  readonly o_failed: number;
  readonly o_input: string;
  readonly o_output: string;
  readonly o_cost: string;
  readonly o_overrun: string;
  readonly o_created: string;
  readonly o_status: number | null;
  readonly o_error: string | null;
  readonly o_latency: number | null;
  readonly o_request: string | null;
  readonly o_vendor_request: string | null;
}

/** The filters of entries: whether a call succeeded is told by the entries themselves. */
export type EntryFilter = Omit<UsageFilter, "status">;

interface EntryQuery {
  /** Null: of all organizations. */
  readonly organizationId: string | null;
  /** Exclusive and inclusive. */
  readonly after: bigint;
  readonly until: bigint;
  readonly filter: EntryFilter;
  /** Entries held in memory at once. */
  readonly pageSize: number;
}

const lookEveryMs = 20;
/** The ledger's own transactions last for milliseconds; a vendor's bill that is imported, for seconds. */
const patienceMs = 30_000;

/** The last position up to which no entry can appear any more. */
export const settledPosition = async (pool: pg.Pool): Promise<bigint> => {
  await pool.query("select nexus.nexus_summarize_entries()");
  const { rows } = await pool.query<{ position: string; writers: string[] }>(
    "select o_position::text as position, o_writers as writers from nexus.nexus_entry_horizon()",
  );
  const [{ position, writers } = { position: "0", writers: [] }] = rows;
  const patient = performance.now() + patienceMs;
  for (let waits = writers.length > 0; waits;) {
    const { rows: looked } = await pool.query<{ writing: boolean }>(
      "select nexus.nexus_entry_writers() && $1::text[] as writing",
      [writers],
    );
    waits = looked[0]?.writing === true;
    if (waits && performance.now() > patient)
      throw new NexusError("OVERLOADED", {
        message:
          "A transaction has been writing the ledger for half a minute: until it ends, nobody can tell what comes before it.",
        effect: "none",
        retryAfterMs: 10_000,
      });
    if (waits) await pause(lookEveryMs);
  }
  return BigInt(position);
};

/** The position after which what was booked from a moment on begins. */
export const positionAt = async (pool: pg.Pool, at: Date, horizon: bigint): Promise<bigint> => {
  const { rows } = await pool.query<{ position: string }>(
    "select nexus.nexus_entry_position($1, $2)::text as position",
    [at, horizon],
  );
  return BigInt(rows[0]?.position ?? horizon);
};

/** Positions looked at in one statement: more where few of them are asked for. */
const widest = 500_000n;

/** Pages of entries in the order of their positions. Each is a statement of its own: no snapshot is held while a caller reads slowly. */
export const entryPages = async function* (
  pool: pg.Pool,
  { organizationId, after, until, filter, pageSize }: EntryQuery,
): AsyncGenerator<readonly PositionedEntry[], void, void> {
  let width = BigInt(pageSize);
  let done = after;
  while (done < until) {
    const end = done + width < until ? done + width : until;
    const { rows } = await pool.query<PositionedEntry & { scanned: number; last: string | null; matches: boolean }>(
      `with page as materialized (select * from nexus.nexus_entries_between($1, $2, $3, $4)),
       seen as (select count(*)::int as scanned, max(o_position)::text as last from page)
       select s.scanned, s.last, p.o_position is not null as matches, p.o_position::text, p.o_operation_id, p.o_kind, p.o_n, p.o_at::text, p.o_org, p.o_app, p.o_user, p.o_key,
              p.o_customer, p.o_operation, p.o_vendor, p.o_model, p.o_tier, p.o_source, p.o_calls, p.o_failed, p.o_input::text, p.o_output::text,
              p.o_cost::text, p.o_overrun::text, p.o_created::text, p.o_status, p.o_error, p.o_latency, p.o_request, p.o_vendor_request
         from seen s left join page p
              on ($5::text is null or p.o_app = $5) and ($6::text is null or p.o_user = $6) and ($7::text is null or p.o_key = $7)
              and ($8::text is null or p.o_customer = $8) and ($9::text is null or split_part(p.o_operation, '.', 1) = $9)
              and ($10::text is null or p.o_operation = $10) and ($11::text is null or p.o_vendor = $11) and ($12::text is null or p.o_model = $12)
              and ($13::text is null or p.o_tier = $13) and ($14::text is null or p.o_source = $14)
        order by p.o_position`,
      [
        organizationId,
        done.toString(),
        end.toString(),
        pageSize,
        filter.app ?? null,
        filter.user ?? null,
        filter.key ?? null,
        filter.customer ?? null,
        filter.family ?? null,
        filter.operation ?? null,
        filter.vendor ?? null,
        filter.model ?? null,
        filter.tier ?? null,
        filter.source ?? null,
      ],
    );
    const [first] = rows;
    yield rows.filter(({ matches }) => matches);
    const { scanned, last } = first ?? { scanned: 0, last: null };
    const full = scanned >= pageSize && last !== null;
    done = full ? BigInt(last) : end;
    if (full) width = width / 2n > BigInt(pageSize) ? width / 2n : BigInt(pageSize);
    else if (width < widest && scanned * 2 < pageSize) width *= 2n;
  }
};
