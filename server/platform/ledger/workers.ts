import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { openLedgerConnection } from "./ledger-connection.ts";
import type { Ledger } from "./ledger.ts";
import { recover, type RecoveryPolicy } from "./recovery.ts";

const second = 1_000;
const minute = 60 * second;

/** The ledger's background tasks. Each may be repeated, or interrupted anywhere, without harm. */
const intervalMs = {
  /** Ends operations whose process will not. */
  recovery: 5 * second,
  /** Makes the budget rows of coming periods. */
  periods: minute,
  /** Removes spending that has left rolling windows. */
  rolling: 10 * second,
  /** Adds entries to the sums of their hours. */
  rollup: 2 * second,
  /** Records thresholds that were crossed. */
  alerts: 10 * second,
  /** Records budgets whose money will run out too early. */
  forecasts: 5 * minute,
  /** Deletes expired keys, answers and checkpoints. */
  pruning: minute,
  /** Grants allowances of a month that has begun to wallets that no call has used since. */
  wallets: 30 * second,
  /** Makes the partitions of coming months, and of months that have rows in the default partition. */
  partitions: 60 * minute,
  /** Drops months that are past keeping. */
  retention: 60 * minute,
} as const;

export type LedgerTask = keyof typeof intervalMs;

export interface LedgerWorkers {
  /** Whether this process runs the tasks; exactly one of the deployment does. */
  readonly leading: () => boolean;
  /** Runs one task now, whichever process holds the lease. Returns how much there was to do. */
  readonly run: (task: LedgerTask) => Promise<number>;
  readonly close: () => Promise<void>;
}

interface StartLedgerWorkers {
  readonly connectionString: string;
  readonly ledger: Ledger;
  readonly recovery?: Partial<RecoveryPolicy>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Months of operations and entries that are kept beside the present one; 0, or without it, all. */
  readonly keepMonths?: number;
  /** Never lead: tasks only run when `run` is called. */
  readonly manual?: boolean;
  /** Not before. */
  readonly needed?: Promise<void>;
}

const batch = 5_000;
/** For one statement; a batch takes a fraction of a second. */
const taskLimitMs = 15 * second;
/** Making a partition may mean moving rows into it, and dropping one, adding it up. */
const partitionLimitMs = 5 * minute;
const closeMs = 5 * second;
const leadLimitMs = 5 * second;
/** A leader that does not renew its lease is replaced after so long. */
const leaseMs = 10 * second;
const renewAfterMs = 3 * second;
/** Readiness looks at the age of these tasks; it is recorded at most so often. */
const reported: ReadonlySet<LedgerTask> = new Set(["recovery", "rollup"]);
const reportMs = 5 * second;

const calls: Readonly<
  Record<
    Exclude<LedgerTask, "recovery">,
    {
      readonly sql: string;
      readonly values: readonly number[];
      /** If so much was done, there may be more. */
      readonly again: number;
    }
  >
> = {
  periods: { sql: "select nexus.nexus_open_periods() as done", values: [], again: Infinity },
  rolling: { sql: "select nexus.nexus_roll_windows($1) as done", values: [batch], again: batch },
  rollup: { sql: "select nexus.nexus_roll_up_usage($1) as done", values: [batch], again: batch },
  alerts: { sql: "select nexus.nexus_raise_alerts() as done", values: [], again: Infinity },
  forecasts: { sql: "select nexus.nexus_raise_forecasts() as done", values: [], again: Infinity },
  pruning: {
    sql: "select nexus.nexus_prune($1) + nexus.nexus_prune_queue($1) as done",
    values: [batch],
    again: Infinity,
  },
  wallets: { sql: "select nexus.nexus_turn_months($1) as done", values: [batch], again: batch },
  partitions: { sql: "select nexus.nexus_make_partitions($1) as done", values: [2], again: 1 },
  retention: { sql: "select nexus.nexus_drop_months($1) as done", values: [0], again: 1 },
};

/**
 * Starts the ledger's workers on a connection of their own; the process that holds the lease runs the tasks. Losing it in
 * the middle of a task does no harm: two processes may run the same task at once.
 */
export const startLedgerWorkers = async (options: StartLedgerWorkers): Promise<LedgerWorkers> => {
  const { connectionString, ledger, clock, log } = options;
  const policy: RecoveryPolicy = { settleReadsAfterMs: 5 * minute, silenceMs: 30 * second, ...options.recovery };
  const connection = await openLedgerConnection({
    connectionString,
    name: "nexus-workers",
    requireDurability: false,
    statementTimeoutMs: partitionLimitMs,
    log,
  });
  const holder = ledger.processId;
  const due = new Map<LedgerTask, number>();
  const recordedAt = new Map<LedgerTask, number>();
  let leading = false;
  let renewedAt = -Infinity;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const run = async (task: LedgerTask): Promise<number> => {
    if (task === "recovery") return recover({ connection, ledger, workerId: ledger.processId, policy, log });
    const { sql, values, again } = calls[task];
    const limitMs = task === "partitions" || task === "retention" ? partitionLimitMs : taskLimitMs;
    const given = task === "retention" ? [options.keepMonths ?? 0] : [...values];
    for (let total = 0; ;) {
      const { rows } = await connection.run<{ done: number }>({ text: sql, values: given }, limitMs);
      const done = rows[0]?.done ?? 0;
      total += done;
      if (done < again || closed) return total;
    }
  };

  const takeLease = async (): Promise<boolean> => {
    const before = leading;
    const now = clock.monotonic();
    if (before && now - renewedAt < renewAfterMs) return true;
    leading = false;
    const { rows } = await connection.run<{ won: boolean }>(
      { text: "select nexus.nexus_lead($1, $2) as won", values: [holder, leaseMs] },
      leadLimitMs,
    );
    leading = rows[0]?.won === true;
    renewedAt = now;
    if (leading && !before) log.info({ processId: holder }, "this process runs the ledger's workers");
    return leading;
  };

  const recordDone = async (task: LedgerTask): Promise<void> => {
    const now = clock.monotonic();
    if (!reported.has(task) || now - (recordedAt.get(task) ?? -Infinity) < reportMs) return;
    recordedAt.set(task, now);
    await connection.run({ text: "select nexus.nexus_task_done($1)", values: [task] }, leadLimitMs);
  };

  const round = async (): Promise<void> => {
    for (const task of taskNames) {
      if (closed || !(await takeLease())) return;
      if ((due.get(task) ?? 0) > clock.monotonic()) continue;
      due.set(task, clock.monotonic() + intervalMs[task]);
      try {
        await run(task);
        await recordDone(task);
      } catch (error) {
        log.error({ err: error, task }, "ledger worker failed; trying again");
        due.set(task, clock.monotonic() + Math.min(intervalMs[task], minute));
      }
    }
  };

  const tick = (): void => {
    if (closed) return;
    working = round()
      .catch((error: unknown) => {
        if (!closed) log.warn({ err: error }, "ledger workers without a database");
      })
      .then(() => {
        if (!closed) timer = setTimeout(tick, leading ? second : 3 * second).unref();
      });
  };

  if (!options.manual) void (options.needed ?? Promise.resolve()).then(tick);
  return {
    leading: () => leading && clock.monotonic() - renewedAt < leaseMs,
    run,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      const ended = await Promise.race([
        working.then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), closeMs).unref()),
      ]);
      // So that the next leader need not wait for the lease to run out.
      if (leading && ended)
        await connection
          .run({ text: "select nexus.nexus_resign($1)", values: [holder] }, second)
          .catch((error: unknown) => log.warn({ err: error }, "lease of the ledger's workers not given back"));
      await connection.close();
    },
  };
};

const taskNames: readonly LedgerTask[] = [
  "partitions",
  "retention",
  "periods",
  "recovery",
  "rolling",
  "rollup",
  "alerts",
  "forecasts",
  "pruning",
  "wallets",
];
