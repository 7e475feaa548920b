import { statfs } from "node:fs/promises";
import { spendingStopOf } from "../domain/budgets/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Ground } from "../platform/ground.ts";
import type { ReadinessCheck } from "../transport/health.ts";

interface ReadinessOptions {
  readonly gateway: Pick<Gateway, "ledger" | "liveStreams">;
  readonly ground: Pick<Ground, "db" | "clock">;
  readonly authUrl: string;
  readonly egress: Egress;
  /** A folder on the disk that this deployment writes to; undefined where it writes to none. */
  readonly dataDir: string | undefined;
}

const maxLagMs = 2_000;
/** The ledger refuses ids that are five minutes off the database's clock: earlier than that somebody should look. */
const maxClockOffsetMs = 120_000;
/** Recovery is due every five seconds, rollups every two. */
const maxTaskAgeMs = 60_000;
const minFreeBytes = 200 * 1024 * 1024;

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;

/** What a gateway needs to take calls, each asked for real. The notes hold no address: readiness needs no credential. */
export const readinessChecks = ({
  gateway,
  ground,
  authUrl,
  egress,
  dataDir,
}: ReadinessOptions): readonly ReadinessCheck[] => [
  {
    name: "database",
    check: async () => {
      const { rows } = await ground.db.pool.query<{ count: string }>(
        "select count(*)::text from nexus._prisma_migrations where finished_at is null and rolled_back_at is null",
      );
      if (rows[0]?.count !== "0") throw new Error("a migration has not finished");
      return "answers; migrations applied";
    },
  },
  {
    name: "clock",
    check: async () => {
      const before = ground.clock.now();
      const { rows } = await ground.db.pool.query<{ now: Date }>("select clock_timestamp() as now");
      const after = ground.clock.now();
      const offsetMs = Math.round((rows[0]?.now.getTime() ?? Number.NaN) - (before + after) / 2);
      if (!(Math.abs(offsetMs) <= maxClockOffsetMs)) throw new Error("the clock differs from the database's");
      return `${offsetMs} ms from the database's`;
    },
  },
  {
    name: "workers",
    check: async () => {
      const { rows } = await ground.db.pool.query<{ task: string; age: number }>(
        "select task, extract(epoch from clock_timestamp() - done_at)::float8 * 1000 as age from nexus.worker_task order by task",
      );
      if (rows.some(({ age }) => age > maxTaskAgeMs)) throw new Error("behind");
      return rows.map(({ task, age }) => `${task} ${Math.round(age / 1_000)} s ago`).join(", ") || "not yet begun";
    },
  },
  {
    name: "spending",
    check: async () => {
      const stop = await spendingStopOf(ground.db.pool);
      if (stop !== undefined) throw new Error("stopped");
      return "admitted as budgets allow";
    },
  },
  {
    name: "auth",
    check: async () => {
      const { status } = await egress.json({
        url: `${authUrl}/health/ready`,
        method: "GET",
        headers: {},
        timeoutMs: 1_500,
        maxBytes: 64 * 1024,
      });
      if (status !== 200) throw new Error("not healthy");
      return "answers";
    },
  },
  {
    name: "ledger",
    check: async () => {
      const { connected, oldestMs, reserving, settling } = gateway.ledger.lag();
      if (!connected || oldestMs > maxLagMs) throw new Error("behind");
      gateway.ledger.fence();
      return `${reserving} reserving, ${settling} settling, ${gateway.liveStreams.size} streams`;
    },
  },
  ...(dataDir === undefined
    ? []
    : [
        {
          name: "disk",
          check: async () => {
            const { bavail, bsize } = await statfs(dataDir);
            if (bavail * bsize < minFreeBytes) throw new Error("full");
            return `${mebibytes(bavail * bsize)} free`;
          },
        },
      ]),
];
