import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createDirectory } from "../server/assembly/create-directory.ts";
import { openAuthDirectory } from "../server/identity/index.ts";
import { setBudget } from "../server/domain/budgets/index.ts";
import { systemClock } from "../server/platform/clock.ts";
import { openChangeFeed } from "../server/platform/db/change-feed.ts";
import { openDatabase } from "../server/platform/db/database.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import type { RunningNexus } from "./nexus.ts";
import { operatorNamed } from "../server/contracts/operator.ts";

/** Address of the embedded database of a data folder. */
export const databaseUrlOf = async (dataDir: string): Promise<string> => {
  const identity: unknown = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  if (typeof identity !== "object" || identity === null || !("port" in identity) || !("password" in identity))
    throw new Error("postgres.json is damaged");
  return `postgresql://nexus:${String(identity.password)}@127.0.0.1:${String(identity.port)}/nexus`;
};

/** Three hard budgets that every benchmark call is reserved on, beside the organization's root. */
export const setBudgets = async ({ dataDir, apiKey }: RunningNexus): Promise<void> => {
  const connectionString = await databaseUrlOf(dataDir);
  const db = openDatabase({ connectionString, log, maxConnections: 1 });
  const feed = await openChangeFeed({ connectionString, log });
  const auth = await openAuthDirectory({ databaseUrl: connectionString, log });
  const deps = { db, feed, clock: systemClock, log, directory: createDirectory({ auth }) };
  const operator = { ...operatorNamed("benchmark"), organizationId: "org_topolo" };
  const limitNanos = "1000000000000000";
  const keyId = `key_${apiKey.split("_")[2] ?? ""}`;
  try {
    await setBudget(deps, operator, { scope: "organization", period: "month", limitNanos, hard: true });
    await setBudget(deps, operator, { scope: "organization", period: "day", limitNanos, hard: true });
    await setBudget(deps, operator, {
      scope: "key",
      scopeId: keyId,
      period: "month",
      limitNanos,
      hard: true,
    });
  } finally {
    await Promise.all([feed.close(), auth.close()]);
    await db.close();
  }
};
