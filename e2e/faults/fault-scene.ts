import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import type { WorkerConfig } from "../../server/assembly/worker-config.ts";
import { scanTables } from "../../test/canary-scan.ts";
import { createTestDatabase } from "../../test/database.ts";
import type { AuthPlace } from "./cluster-auth.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";
import { canaryKey } from "../../test/canary-key.ts";

/** A migrated database for a scene. */
export interface SceneDatabase {
  readonly url: string;
  /** Auth's, where it has one of its own. */
  readonly authUrl?: string;
  readonly drop: () => Promise<void>;
}

/** What a fault test plays in: a database, vendors, Auth, and a key to call with. */
export interface FaultScene {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly sandbox: Sandbox;
  readonly cluster: Cluster;
  readonly apiKey: string;
  /** One starts after the other: side by side each would take as long as all, and tests that wait can run side by side. */
  readonly startGateway: Cluster["startGateway"];
  readonly ask: (gateway: GatewayProcess, asked?: Asked) => Promise<Response>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly content?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
}

interface OpenFaultScene {
  /** Names its folder and its logs. */
  readonly name: string;
  /** Where it is not to be one of the run's own server. */
  readonly openDatabase?: (dataDir: string) => Promise<SceneDatabase>;
  readonly authPlace?: AuthPlace;
  readonly overrides?: Partial<WorkerConfig>;
}

/** Opens everything but the gateways. */
export const openFaultScene = async ({
  name,
  openDatabase = () => createTestDatabase(),
  ...options
}: OpenFaultScene): Promise<FaultScene> => {
  const dataDir = await mkdtemp(join(tmpdir(), `nexus-${name}-`));
  const [database, sandbox] = await Promise.all([openDatabase(dataDir), startSandbox({ fsync: false })]);
  const { openai, anthropic, google } = sandbox.baseUrls;
  const { authUrl } = database;
  const cluster = await openCluster({
    databaseUrl: database.url,
    ...(authUrl !== undefined && { authDatabaseUrl: authUrl }),
    dataDir,
    vendorKey: canaryKey(),
    logDir: join(inject("logDir"), name),
    vendors: { openai, anthropic, google },
    ...options,
  });
  const { apiKey } = await cluster.createApiKey(appId);
  let starting: Promise<unknown> = Promise.resolve();
  return {
    dataDir,
    databaseUrl: database.url,
    sandbox,
    cluster,
    apiKey,
    startGateway: (...how) => {
      const started = starting.then(() => cluster.startGateway(...how));
      starting = started.catch(() => undefined);
      return started;
    },
    ask: (gateway, { content = "Hello", stream = false, signal } = {}) =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({
          model: "openai/gpt-4o-mini",
          messages: [{ role: "user", content }],
          max_completion_tokens: 400,
          stream,
        }),
        ...(signal && { signal }),
      }),
    close: async () => {
      await cluster.close();
      await sandbox.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Fails where a table holds the vendor key of the run, once the database has been given up. */
export const searchAndStop = async (url: string, stop: () => Promise<void>): Promise<void> => {
  const { found } = await scanTables(url, canaryKey());
  await stop();
  expect(found, "tables that hold the vendor key").toEqual([]);
};

/** A PostgreSQL of the scene's own, which can be ended and started again under it. */
export const openOwnDatabase = async (dataDir: string): Promise<SceneDatabase & { readonly postgres: OwnPostgres }> => {
  const postgres = await startOwnPostgres(dataDir);
  const { databaseUrl: url, stop } = postgres;
  return { postgres, url, drop: () => searchAndStop(url, stop) };
};
