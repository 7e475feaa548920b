import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../server/platform/logger.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { fuzzRoutes } from "./routes/fuzz-routes.ts";
import { openRoutesWorld } from "./routes/open-routes-world.ts";
import { openDeps } from "./run-bound.ts";
import type { FuzzRun } from "./main.ts";

/** `npm run fuzz -- routes`: every route of both listeners, on a PostgreSQL of its own. */
export const runRoutes = async ({ seed, count = 100_000, print }: FuzzRun): Promise<boolean> => {
  print({ fuzz: "routes", seed, requests: count });
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-fuzz-"));
  const postgres = await startOwnPostgres(dataDir);
  try {
    const base = await openDeps(postgres.databaseUrl);
    const log = createLogger({ name: "fuzz", level: "error", destination: join(tmpdir(), `nexus-fuzz-${seed}.log`) });
    const world = await openRoutesWorld({ base, vendorKey: `sk-fuzz-${randomBytes(12).toString("hex")}`, log });
    try {
      const onProgress = (done: number): void => void (done % 5_000 === 0 && print({ done }));
      const began = performance.now();
      const { faults, ...verdict } = await fuzzRoutes({ world, seed, count, onProgress });
      const perSecond = Math.round(count / ((performance.now() - began) / 1_000));
      for (const fault of faults.slice(0, 50))
        print({ ...fault, repeat: `npm run fuzz -- routes --seed ${fault.seed} --requests 1` });
      const held = faults.length === 0 && verdict.unreached.length === 0;
      print({ verdict: held ? "passed" : "failed", seed, perSecond, ...verdict, faults: faults.length });
      return held;
    } finally {
      await world.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
