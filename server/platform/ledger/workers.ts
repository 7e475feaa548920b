import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { openLedgerLine } from "./ledger-line.ts";
import type { Ledger } from "./ledger.ts";
import { recover, type RecoveryPolicy } from "./recovery.ts";

const second = 1_000;
const minute = 60 * second;

/** The work behind the ledger, by name. Each step is harmless to repeat and safe to cut anywhere. */
const everyMs = {
  /** Ends what nobody else will. */
  recovery: 5 * second,
  /** Opens the rows of coming periods. */
  periods: minute,
  /** Lets spending leave rolling windows. */
  rolling: 10 * second,
  /** Adds entries to the sums of their hours. */
  rollup: 2 * second,
  /** Notes thresholds that were crossed. */
  alerts: 10 * second,
  /** Forgets expired keys, answers and checkpoints. */
  pruning: minute,
  /** Makes the partitions of coming months, and of those of which the default one holds rows, which are moved. */
  partitions: 60 * minute,
} as const;

export type LedgerTask = keyof typeof everyMs;

export interface LedgerWorkers {
  /** Whether this process does the work; one does, in the whole deployment. */
  readonly leading: () => boolean;
  /** Does one task now, whoever leads. Returns how much there was to do. */
  readonly run: (task: LedgerTask) => Promise<number>;
  readonly close: () => Promise<void>;
}

interface StartLedgerWorkers {
  readonly connectionString: string;
  readonly ledger: Ledger;
  readonly recovery?: Partial<RecoveryPolicy>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Never lead: tasks run only when asked. */
  readonly manual?: boolean;
}

const batch = 5_000;
/** Of one statement; a batch takes a fraction of a second. Before that is over nobody can tell slow from silent. */
const taskLimitMs = 15 * second;
/** Rows may have to be moved into the partition that is made. */
const partitionLimitMs = 5 * minute;
const closeMs = 5 * second;
const leadLimitMs = 5 * second;
/** A leader that falls silent is replaced after so long. */
const leaseMs = 10 * second;
const renewAfterMs = 3 * second;
/** The tasks whose age readiness looks at, and how often that they were done is noted at most. */
const reported: ReadonlySet<LedgerTask> = new Set(["recovery", "rollup"]);
const reportMs = 5 * second;

const calls: Readonly<
  Record<
    Exclude<LedgerTask, "recovery">,
    {
      readonly sql: string;
      readonly values: readonly number[];
      /** With so much done, or more, there may be more to do. */
      readonly again: number;
    }
  >
> = {
  periods: { sql: "select nexus.nexus_open_periods() as done", values: [], again: Infinity },
  rolling: { sql: "select nexus.nexus_roll_windows($1) as done", values: [batch], again: batch },
  rollup: { sql: "select nexus.nexus_roll_up_usage($1) as done", values: [batch], again: batch },
  alerts: { sql: "select nexus.nexus_raise_alerts() as done", values: [], again: Infinity },
  pruning: { sql: "select nexus.nexus_prune($1) as done", values: [batch], again: Infinity },
  partitions: { sql: "select nexus.nexus_make_partitions($1) as done", values: [2], again: 1 },
};

/**
 * Starts the ledger's workers on one connection of their own; whoever holds the lease does the work. A leader that lost it
 * in the middle of a task does no harm: the tasks may run twice at once.
 */
export const startLedgerWorkers = async (options: StartLedgerWorkers): Promise<LedgerWorkers> => {
  const { connectionString, ledger, clock, log } = options;
  const policy: RecoveryPolicy = { settleReadsAfterMs: 5 * minute, silenceMs: 30 * second, ...options.recovery };
  const line = await openLedgerLine({
    connectionString,
    name: "nexus-workers",
    requireDurability: false,
    statementTimeoutMs: partitionLimitMs,
    log,
  });
  const holder = ledger.processId;
  const due = new Map<LedgerTask, number>();
  const noted = new Map<LedgerTask, number>();
  let leading = false;
  let renewedAt = -Infinity;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const run = async (task: LedgerTask): Promise<number> => {
    if (task === "recovery") return recover({ line, ledger, workerId: ledger.processId, policy, log });
    const { sql, values, again } = calls[task];
    const limitMs = task === "partitions" ? partitionLimitMs : taskLimitMs;
    for (let total = 0; ;) {
      const { rows } = await line.run<{ done: number }>({ text: sql, values: [...values] }, limitMs);
      const done = rows[0]?.done ?? 0;
      total += done;
      if (done < again || closed) return total;
    }
  };

  const lead = async (): Promise<boolean> => {
    const before = leading;
    const now = clock.monotonic();
    if (before && now - renewedAt < renewAfterMs) return true;
    leading = false;
    const { rows } = await line.run<{ won: boolean }>(
      { text: "select nexus.nexus_lead($1, $2) as won", values: [holder, leaseMs] },
      leadLimitMs,
    );
    leading = rows[0]?.won === true;
    renewedAt = now;
    if (leading && !before) log.info({ processId: holder }, "this process runs the ledger's workers");
    return leading;
  };

  const note = async (task: LedgerTask): Promise<void> => {
    const now = clock.monotonic();
    if (!reported.has(task) || now - (noted.get(task) ?? -Infinity) < reportMs) return;
    noted.set(task, now);
    await line.run({ text: "select nexus.nexus_task_done($1)", values: [task] }, leadLimitMs);
  };

  const round = async (): Promise<void> => {
    for (const task of taskNames) {
      if (closed || !(await lead())) return;
      if ((due.get(task) ?? 0) > clock.monotonic()) continue;
      due.set(task, clock.monotonic() + everyMs[task]);
      try {
        await run(task);
        await note(task);
      } catch (error) {
        log.error({ err: error, task }, "ledger worker failed; trying again");
        due.set(task, clock.monotonic() + Math.min(everyMs[task], minute));
      }
    }
  };

  const tick = (): void => {
    working = round()
      .catch((error: unknown) => {
        if (!closed) log.warn({ err: error }, "ledger workers without a database");
      })
      .then(() => {
        if (!closed) timer = setTimeout(tick, leading ? second : 3 * second).unref();
      });
  };

  if (!options.manual) tick();
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
      // The next leader need not wait for the lease to run out.
      if (leading && ended)
        await line
          .run({ text: "select nexus.nexus_resign($1)", values: [holder] }, second)
          .catch((error: unknown) => log.warn({ err: error }, "lease of the ledger's workers not given back"));
      await line.close();
    },
  };
};

const taskNames: readonly LedgerTask[] = [
  "partitions",
  "periods",
  "recovery",
  "rolling",
  "rollup",
  "alerts",
  "pruning",
];
