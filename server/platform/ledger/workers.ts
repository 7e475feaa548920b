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
  /** Folds entries into hours. */
  rollup: 2 * second,
  /** Notes thresholds that were crossed. */
  alerts: 10 * second,
  /** Forgets expired keys, answers and checkpoints. */
  pruning: minute,
  /** Makes the partitions of coming months. */
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

const leaderLock = "pg_try_advisory_lock(hashtext('nexus_ledger_workers'))";
const batch = 5_000;
const taskLimitMs = 60 * second;

const calls: Readonly<
  Record<
    Exclude<LedgerTask, "recovery">,
    { readonly sql: string; readonly values: readonly number[]; readonly drain: boolean }
  >
> = {
  periods: { sql: "select nexus.nexus_open_periods() as done", values: [], drain: false },
  rolling: { sql: "select nexus.nexus_roll($1) as done", values: [batch], drain: true },
  rollup: { sql: "select nexus.nexus_fold_usage($1) as done", values: [batch], drain: true },
  alerts: { sql: "select nexus.nexus_raise_alerts() as done", values: [], drain: false },
  pruning: { sql: "select nexus.nexus_prune($1) as done", values: [batch], drain: false },
  partitions: { sql: "select nexus.nexus_make_partitions($1) as done", values: [2], drain: false },
};

/** Starts the ledger's workers on one connection of their own; whoever holds its advisory lock does the work. */
export const startLedgerWorkers = async (options: StartLedgerWorkers): Promise<LedgerWorkers> => {
  const { connectionString, ledger, clock, log } = options;
  const policy: RecoveryPolicy = { settleReadsAfterMs: 5 * minute, silenceMs: 30 * second, ...options.recovery };
  const line = await openLedgerLine({ connectionString, name: "nexus-workers", requireDurability: false, log });
  const due = new Map<LedgerTask, number>();
  let leader: unknown;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const run = async (task: LedgerTask): Promise<number> => {
    if (task === "recovery") return recover({ line, ledger, workerId: ledger.processId, policy, log });
    const { sql, values, drain } = calls[task];
    const client = await line.client();
    for (let total = 0; ;) {
      const { rows } = await client.query<{ done: number }>(sql, [...values]);
      const done = rows[0]?.done ?? 0;
      total += done;
      if (!drain || done < batch || closed) return total;
    }
  };

  /** The lock lives and dies with the connection. */
  const lead = async (): Promise<boolean> => {
    const client = await line.client();
    if (leader === client) return true;
    const { rows } = await line.run<{ won: boolean }>({ text: `select ${leaderLock} as won` }, taskLimitMs);
    leader = rows[0]?.won && (await line.client()) === client ? client : undefined;
    if (leader) log.info("this process runs the ledger's workers");
    return leader !== undefined;
  };

  const round = async (): Promise<void> => {
    if (!(await lead())) return;
    for (const task of taskNames) {
      if (closed) return;
      if ((due.get(task) ?? 0) > clock.monotonic()) continue;
      due.set(task, clock.monotonic() + everyMs[task]);
      try {
        await run(task);
      } catch (error) {
        log.error({ err: error, task }, "ledger worker failed; trying again");
      }
    }
  };

  const tick = (): void => {
    working = round()
      .catch((error: unknown) => {
        if (!closed) log.warn({ err: error }, "ledger workers without a database");
      })
      .then(() => {
        if (!closed) timer = setTimeout(tick, leader ? second : 3 * second).unref();
      });
  };

  if (!options.manual) tick();
  return {
    leading: () => leader !== undefined,
    run,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 5 * second).unref())]);
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
