import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";
import type { CallActor, CallContext } from "../server/contracts/call-context.ts";
import { openChangeFeed } from "../server/platform/db/change-feed.ts";
import { openDatabase } from "../server/platform/db/database.ts";
import type { DirectoryDeps } from "../server/domain/existence/index.ts";
import type { OperationsDeps } from "../server/domain/operations/index.ts";
import { newId, newPrefixedId } from "../server/platform/ids.ts";
import { createLogger, type Logger } from "../server/platform/logger.ts";
import { createTestDatabase } from "./database.ts";

/** Dependencies on a database of the suite's own, with a wall clock that the suite moves. */
export interface TestDeps extends DirectoryDeps, OperationsDeps {
  readonly url: string;
  /** Moves `clock.now()` forward. */
  readonly advance: (ms: number) => void;
  readonly close: () => Promise<void>;
}

/** Writes every line to a file that is searched for the vendor key when the run is over. */
const fileLogger = (): Logger =>
  createLogger({ name: "test", level: "trace", destination: join(inject("logDir"), `deps-${randomUUID()}.log`) });

/** On a database of the suite's own, unless one is given, which stays the giver's. */
export const openTestDeps = async (log: Logger = fileLogger(), url?: string): Promise<TestDeps> => {
  const database = url === undefined ? await createTestDatabase() : { url, drop: async () => undefined };
  const db = openDatabase({ connectionString: database.url, log, maxConnections: 4 });
  const feed = await openChangeFeed({ connectionString: database.url, log, pollMs: 200 });
  let offsetMs = 0;
  return {
    url: database.url,
    // Verbs are tested without Auth; what they do with its answers has suites of its own.
    directory: {
      lookUp: async () => ({ found: true }),
      namesOf: async () => new Map(),
    },
    db,
    feed,
    log,
    settleReadsAfterMs: 3_600_000,
    clock: { now: () => Date.now() + offsetMs, monotonic: () => performance.now() },
    advance: (ms) => {
      offsetMs += ms;
    },
    close: async () => {
      await feed.close();
      await db.close();
      await database.drop();
    },
  };
};

/** A user's context in an organization of its own, unless told otherwise. */
export const testContext = (overrides: Partial<CallContext> = {}): CallContext => {
  const userId = newPrefixedId("usr");
  const actor: CallActor = {
    kind: "user",
    userId,
    sessionId: newPrefixedId("ses"),
    role: "owner",
    platformBypass: false,
    recentUntil: Number.MAX_SAFE_INTEGER,
  };
  return {
    requestId: newId(),
    door: "trpc",
    actor,
    organizationId: newPrefixedId("org"),
    organizationSlug: "acme",
    admission: { monthlyLimitNanos: undefined },
    appId: undefined,
    userId,
    keyId: undefined,
    // As its role has it: who may set budgets sees what everybody did.
    permissions: new Set(["srv_nexus.budgets:manage"]),
    idempotencyKey: undefined,
    signal: new AbortController().signal,
    ...overrides,
  };
};
