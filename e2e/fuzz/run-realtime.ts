import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { fuzzRealtime } from "./fuzz-realtime.ts";
import type { FuzzRun } from "./main.ts";
import { openDeps } from "./run-bound.ts";

/** `npm run fuzz -- realtime`. */
export const runRealtime = async ({ seed, count = 10_000, print }: FuzzRun): Promise<boolean> => {
  print({ fuzz: "realtime", seed, count });
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-fuzz-"));
  const postgres = await startOwnPostgres(dataDir);
  try {
    const base = await openDeps(postgres.databaseUrl);
    const vendorKey = `sk-fuzz-${randomBytes(12).toString("hex")}`;
    const gateway = await openListeningGateway({ opened: { base, vendorKey } });
    try {
      const verdict = await fuzzRealtime({ gateway, seed, count, onProgress: (done) => print({ done }) });
      const held = Object.keys(verdict.failed).length === 0;
      print({ verdict: held ? "passed" : "failed", ...verdict });
      return held;
    } finally {
      await gateway.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
