import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noDirectory } from "../../server/assembly/create-directory.ts";
import { openChangeFeed } from "../../server/platform/db/change-feed.ts";
import { openDatabase } from "../../server/platform/db/database.ts";
import { silentLogger as log } from "../../server/platform/logger.ts";
import { openTestGateway, type TestGateway, type TestGatewayOptions } from "../../test/gateway.ts";
import type { TestDeps } from "../../test/deps.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { fuzzBound } from "./fuzz-bound.ts";
import type { FuzzRun } from "./main.ts";

/** Dependencies outside of suites. */
export const openDeps = async (url: string): Promise<TestDeps> => {
  const db = openDatabase({ connectionString: url, log });
  const feed = await openChangeFeed({ connectionString: url, log, pollMs: 200 });
  return {
    url,
    db,
    feed,
    log,
    directory: noDirectory,
    settleReadsAfterMs: 3_600_000,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    advance: () => undefined,
    close: async () => {
      await feed.close();
      await db.close();
    },
  };
};

/** A gateway on a PostgreSQL of its own, for as long as it is worked with. */
export const withOwnGateway = async <T>(
  options: Omit<TestGatewayOptions, "opened">,
  work: (test: TestGateway) => Promise<T>,
): Promise<T> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-fuzz-"));
  const postgres = await startOwnPostgres(dataDir);
  try {
    const base = await openDeps(postgres.databaseUrl);
    const vendorKey = `sk-fuzz-${randomBytes(12).toString("hex")}`;
    const test = await openTestGateway({ ...options, opened: { base, vendorKey } });
    try {
      return await work(test);
    } finally {
      await test.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** `npm run fuzz -- bound`. */
export const runBound = async ({ seed, count = 10_000, print }: FuzzRun): Promise<boolean> => {
  print({ fuzz: "bound", seed, count });
  return withOwnGateway({}, async (test) => {
    const verdict = await fuzzBound({ test, seed, count, crowds: 10, onProgress: (done) => print({ done }) });
    print({ verdict: verdict.failed === 0 ? "passed" : "failed", ...verdict });
    return verdict.failed === 0;
  });
};
