import type pg from "pg";
import type { MeterEventState } from "./meter-events.ts";

type Reader = pg.Pool | pg.PoolClient;

/** A charge on its way to a meter, leased to this process. */
export interface LeasedMeterEvent {
  readonly entryId: string;
  readonly organizationId: string;
  readonly appId: string;
  readonly eventName: string;
  readonly customerId: string;
  readonly value: bigint;
  readonly at: Date;
  readonly tries: number;
  readonly firstSentAt: Date;
}

interface LeasedRow {
  /** Null in the last row, which says where to go on. */
  readonly entry_id: string | null;
  readonly wallet_id: string | null;
  readonly org_id: string;
  readonly app_id: string;
  readonly event_name: string;
  readonly stripe_customer_id: string;
  readonly value: bigint;
  readonly at: Date;
  readonly tries: number;
  readonly first_sent_at: Date;
}

interface Leased {
  readonly events: readonly LeasedMeterEvent[];
  /** Behind which wallet to go on; undefined: this was the last. */
  readonly next: string | undefined;
}

/** Before every wallet. */
export const firstWallet = "00000000-0000-0000-0000-000000000000";

/** The first event of each wallet behind one, where it is due and nobody sends it. */
export const takeMeterEvents = async (
  pool: pg.Pool,
  worker: string,
  { leaseMs, limit, after }: { readonly leaseMs: number; readonly limit: number; readonly after: string },
): Promise<Leased> => {
  const { rows } = await pool.query<LeasedRow>("select * from nexus.nexus_take_meter_events($1, $2, $3, $4)", [
    worker,
    leaseMs,
    limit,
    after,
  ]);
  return {
    events: rows.flatMap((row) =>
      row.entry_id === null
        ? []
        : [
            {
              entryId: row.entry_id,
              organizationId: row.org_id,
              appId: row.app_id,
              eventName: row.event_name,
              customerId: row.stripe_customer_id,
              value: row.value,
              at: row.at,
              tries: row.tries,
              firstSentAt: row.first_sent_at,
            },
          ],
    ),
    next: rows.find((row) => row.entry_id === null)?.wallet_id ?? undefined,
  };
};

/** What became of a leased event. */
export interface MeterEventEnd {
  readonly state: MeterEventState;
  /** Of one that waits again. */
  readonly afterMs?: number;
  readonly error?: string;
}

/** False where another process has it meanwhile. */
export const endMeterEvent = async (
  pool: pg.Pool,
  worker: string,
  entryId: string,
  { state, afterMs = 0, error }: MeterEventEnd,
): Promise<boolean> => {
  const { rows } = await pool.query<{ ended: boolean }>(
    "select nexus.nexus_meter_event_ended($1, $2, $3, $4, $5) as ended",
    [worker, entryId, state, Math.ceil(afterMs), error ?? null],
  );
  return rows[0]?.ended ?? false;
};

export const pruneMeterEvents = async (pool: pg.Pool): Promise<void> => {
  await pool.query("select nexus.nexus_prune_meter_events(5000)");
};

interface CountRow {
  readonly waiting: number;
  readonly refused: number;
  readonly unclear: number;
  readonly oldest: Date | null;
}

/** Of one organization, or of all. */
export const countMeterEvents = async (db: Reader, organizationId?: string): Promise<CountRow> => {
  const { rows } = await db.query<CountRow>(
    `select (count(*) filter (where state = 'waiting'))::int as waiting, (count(*) filter (where state = 'refused'))::int as refused,
            (count(*) filter (where state = 'unclear'))::int as unclear, min(at) filter (where state = 'waiting') as oldest
       from nexus.meter_event where state <> 'sent' and ($1::text is null or org_id = $1)`,
    [organizationId ?? null],
  );
  return rows[0] ?? { waiting: 0, refused: 0, unclear: 0, oldest: null };
};

export interface MeterEventRow {
  readonly entry_id: string;
  readonly app_id: string;
  readonly customer_id: string;
  readonly event_name: string;
  readonly stripe_customer_id: string;
  readonly value: string;
  readonly at: Date;
  readonly state: MeterEventState;
  readonly tries: number;
  readonly error: string | null;
  readonly seq: string;
}

export const selectMeterEvents = async (
  db: Reader,
  wanted: {
    readonly organizationId: string;
    readonly appId: string | undefined;
    readonly state: MeterEventState | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<readonly MeterEventRow[]> => {
  const { rows } = await db.query<MeterEventRow>(
    `select m.entry_id, m.app_id, c.customer_id, m.event_name, m.stripe_customer_id, m.value::text, m.at, m.state, m.tries, m.error, m.seq::text
       from nexus.meter_event m join nexus.customer c on c.wallet_id = m.wallet_id
      where m.org_id = $1 and ($2::text is null or m.app_id = $2) and m.state <> 'sent' and ($3::text is null or m.state = $3)
        and ($4::bigint is null or m.seq > $4)
      order by m.seq limit $5`,
    [wanted.organizationId, wanted.appId ?? null, wanted.state ?? null, wanted.after ?? null, wanted.limit],
  );
  return rows;
};

/** Which of these are refused or unclear, and whose they are. */
export const selectStuck = async (
  db: Reader,
  organizationId: string,
  entryIds: readonly string[],
): Promise<readonly { readonly entryId: string; readonly appId: string }[]> => {
  const { rows } = await db.query<{ entryId: string; appId: string }>(
    `select entry_id as "entryId", app_id as "appId" from nexus.meter_event
      where org_id = $1 and entry_id = any ($2) and state in ('refused', 'unclear')`,
    [organizationId, entryIds],
  );
  return rows;
};

export const resolveStuck = async (
  db: Reader,
  organizationId: string,
  entryIds: readonly string[],
  as: "waiting" | "sent",
): Promise<number> => {
  const { rows } = await db.query<{ n: number }>("select nexus.nexus_resolve_meter_events($1, $2, $3) as n", [
    organizationId,
    entryIds,
    as,
  ]);
  return rows[0]?.n ?? 0;
};
