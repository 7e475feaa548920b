import type pg from "pg";
import { systemClock, type Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";

/** The database's time, continued by this machine's monotonic clock, whatever the wall clock here says. */
export interface DatabaseClock extends Clock {
  /** Asks the database now; rejects if it does not answer, and keeps the last measurement. */
  readonly measure: () => Promise<void>;
  readonly close: () => void;
}

interface FollowDatabaseClock {
  readonly pool: Pick<pg.Pool, "query">;
  readonly log: Logger;
  /** Called after every measurement: how far this machine's wall clock is ahead of the database's, in ms. */
  readonly onMeasured?: (aheadMs: number) => void;
  /** This machine's clocks. */
  readonly host?: Clock;
  readonly everyMs?: number;
}

const lookMs = 1_000;
/** The wall clock was set, or the machine was suspended, which its monotonic clock does not count. */
const jumpMs = 500;
const logFromMs = 1_000;

/**
 * Asks once before it returns, then every `everyMs`, and at once when this machine's two clocks drift apart. What processes
 * must agree on (ids, expiry, periods, prices) is then decided by one clock, whatever host they run on.
 */
export const followDatabaseClock = async ({
  pool,
  log,
  onMeasured,
  host = systemClock,
  everyMs = 10_000,
}: FollowDatabaseClock): Promise<DatabaseClock> => {
  /** The database's time at the beginning of this machine's monotonic clock. */
  let base: number | undefined;
  let loggedMs = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const now = (): number => Math.floor((base ?? Number.NaN) + host.monotonic());

  const measure = async (): Promise<void> => {
    const asked = host.monotonic();
    const { rows } = await pool.query<{ now: number }>(
      "select extract(epoch from clock_timestamp())::float8 * 1000 as now",
    );
    const answered = rows[0]?.now ?? Number.NaN;
    if (!Number.isFinite(answered)) throw new Error("the database returned no time");
    // The database read its clock between question and answer: a base within that interval needs no correction.
    const [least, most] = [answered - host.monotonic(), answered - asked];
    base = base === undefined ? (least + most) / 2 : Math.min(Math.max(base, least), most);
    const aheadMs = host.now() - now();
    onMeasured?.(aheadMs);
    if (Math.abs(aheadMs - loggedMs) < logFromMs) return;
    loggedMs = aheadMs;
    log.warn({ aheadMs }, "this machine's clock differs from the database's, which counts");
  };

  let apartBefore = host.now() - host.monotonic();
  let measuredAt = -Infinity;
  const look = async (): Promise<void> => {
    const apart = host.now() - host.monotonic();
    if (Math.abs(apart - apartBefore) > jumpMs || host.monotonic() - measuredAt >= everyMs) {
      apartBefore = apart;
      measuredAt = host.monotonic();
      await measure().catch((error: unknown) => log.warn({ err: error }, "the database's clock was not read"));
    }
    if (!closed) timer = setTimeout(() => void look(), lookMs).unref();
  };

  await measure();
  measuredAt = host.monotonic();
  timer = setTimeout(() => void look(), lookMs).unref();
  return {
    now,
    monotonic: host.monotonic,
    measure,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
