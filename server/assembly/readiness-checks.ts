import { statfs } from "node:fs/promises";
import type { RevocationFeed } from "@topolo/auth-middleware";
import { spendingStopOf } from "../domain/budgets/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { queryWithin } from "../platform/db/query-within.ts";
import { systemClock } from "../platform/clock.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";
import { NotReady, type ReadinessCheck } from "../platform/readiness.ts";

interface ReadinessOptions {
  readonly gateway: Pick<Gateway, "ledger" | "liveStreams">;
  readonly deps: Pick<Deps, "db" | "clock">;
  readonly metrics: Pick<Metrics, "clockOffsetSeconds" | "taskAgeSeconds" | "heartbeatAgeSeconds" | "diskFreeBytes">;
  readonly authUrl: string;
  readonly revocations?: Pick<RevocationFeed, "isFresh" | "state"> | undefined;
  readonly egress: Pick<Egress, "json">;
  /** A folder on the disk that this deployment writes to; undefined where it writes to none. */
  readonly dataDir: string | undefined;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

const askMs = 1_500;
const maxLagMs = 2_000;
/** The ledger refuses ids that are five minutes off the database's clock: an operator should know before that. */
const maxClockOffsetMs = 120_000;
/** Recovery is due every five seconds, rollups every two. */
const maxTaskAgeMs = 60_000;
const tasks = ["recovery", "rollup"];
const minFreeBytes = 200 * 1024 * 1024;

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

interface DatabaseFacts {
  readonly unfinished: boolean;
  readonly offsetMs: number;
  readonly ages: ReadonlyMap<string, number>;
}

const question = `
  select clock_timestamp() as now,
         exists (select from nexus._prisma_migrations where finished_at is null and rolled_back_at is null) as unfinished,
         (select jsonb_object_agg(task, extract(epoch from clock_timestamp() - done_at) * 1000) from nexus.worker_task) as ages`;

/** Several checks need the database; together they ask once. */
const askDatabase = ({ db, clock }: ReadinessOptions["deps"]): (() => Promise<DatabaseFacts>) => {
  let asking: Promise<DatabaseFacts> | undefined;
  const ask = async (): Promise<DatabaseFacts> => {
    const before = clock.now();
    const [row] = await queryWithin<{ now: Date; unfinished: boolean; ages: Record<string, number> | null }>(
      db.pool,
      question,
      askMs,
    );
    const between = (before + clock.now()) / 2;
    if (!row) throw new NotReady("the database answers nothing");
    return {
      unfinished: row.unfinished,
      offsetMs: Math.round(between - row.now.getTime()),
      ages: new Map(Object.entries(row.ages ?? {})),
    };
  };
  return () =>
    (asking ??= ask().finally(() => {
      asking = undefined;
    }));
};

const isDraining = (body: unknown): boolean =>
  typeof body === "object" && body !== null && Reflect.get(body, "status") === "draining";

/** What a gateway needs to take calls, each actually tested, and metrics of the results. */
export const readinessChecks = ({
  gateway,
  deps,
  metrics,
  authUrl,
  revocations,
  egress,
  dataDir,
  freeBytes = freeBytesOf,
}: ReadinessOptions): readonly ReadinessCheck[] => {
  const facts = askDatabase(deps);
  const began = deps.clock.monotonic();
  return [
    {
      name: "database",
      check: async () => {
        if ((await facts()).unfinished) throw new NotReady("a migration has not finished");
        return "answers; migrations applied";
      },
    },
    {
      name: "clock",
      check: async () => {
        const { offsetMs } = await facts();
        metrics.clockOffsetSeconds.set(offsetMs / 1_000);
        const note = `${offsetMs} ms from the database's`;
        if (Math.abs(offsetMs) > maxClockOffsetMs) {
          // The database's clock was set since it was last asked.
          await deps.clock.measure?.();
          throw new NotReady(`${note}, ${maxClockOffsetMs} at most`);
        }
        const aheadMs = Math.round(systemClock.now() - deps.clock.now());
        return `${note}; this machine's own is ${aheadMs} ms ahead`;
      },
    },
    {
      name: "workers",
      check: async () => {
        const { ages } = await facts();
        const since = deps.clock.monotonic() - began;
        const notes = tasks.map((task) => {
          const ageMs = ages.get(task);
          metrics.taskAgeSeconds.set({ task }, (ageMs ?? since) / 1_000);
          const note = ageMs === undefined ? `${task} not yet begun` : `${task} ${seconds(ageMs)} ago`;
          // One that was never done is as late as this process is old.
          return { note, late: (ageMs ?? since) > maxTaskAgeMs };
        });
        const note = notes.map((each) => each.note).join(", ");
        if (notes.some(({ late }) => late)) throw new NotReady(`${note}; ${seconds(maxTaskAgeMs)} at most`);
        return note;
      },
    },
    {
      name: "spending",
      check: async () => {
        if ((await spendingStopOf(deps.db.pool)) !== undefined) throw new NotReady("stopped; nexus doctor says why");
        return "admitted as budgets allow";
      },
    },
    {
      name: "auth",
      check: async () => {
        const { status, body } = await egress.json({
          url: `${authUrl}/health/ready`,
          method: "GET",
          headers: {},
          timeoutMs: askMs,
          maxBytes: 64 * 1024,
        });
        // One that is being replaced answers all the same, and another one is there or comes.
        if (isDraining(body)) return "answers; one of its processes is being replaced";
        if (status !== 200) throw new NotReady("not ready itself");
        return "answers";
      },
    },
    ...(revocations === undefined
      ? []
      : [
          {
            name: "auth feed",
            // Without it calls are slower and no less right: every one of them asks Auth.
            check: async () => {
              const { ageMs, interruptions } = revocations.state();
              if (revocations.isFresh()) return `current; interrupted ${interruptions} times`;
              return `${Number.isFinite(ageMs) ? `silent for ${seconds(ageMs)}` : "not yet heard"}; every call asks Auth`;
            },
          },
        ]),
    {
      name: "ledger",
      check: async () => {
        const { ledger, liveStreams } = gateway;
        const { oldestMs, heartbeatAgeMs, reserving, settling } = ledger.lag();
        metrics.heartbeatAgeSeconds.set(heartbeatAgeMs / 1_000);
        if (oldestMs > maxLagMs) throw new NotReady(`behind by ${seconds(oldestMs)}`);
        await ledger.probe(askMs);
        if (!ledger.lag().connected) throw new NotReady("not connected");
        try {
          ledger.fence();
        } catch {
          throw new NotReady(`no heartbeat for ${seconds(heartbeatAgeMs)}`);
        }
        return `${reserving} reserving, ${settling} settling, ${liveStreams.size} streams`;
      },
    },
    ...(dataDir === undefined
      ? []
      : [
          {
            name: "disk",
            check: async () => {
              const free = await freeBytes(dataDir);
              metrics.diskFreeBytes.set(free);
              const note = `${mebibytes(free)} free`;
              if (free < minFreeBytes) throw new NotReady(`${note}, ${mebibytes(minFreeBytes)} at least`);
              return note;
            },
          },
        ]),
  ];
};
