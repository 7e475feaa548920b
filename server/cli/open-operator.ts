import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../platform/env.ts";
import { ensureDatabase, runningEmbeddedUrl, startEmbeddedPostgres } from "../platform/db/embedded.ts";
import { silentLogger } from "../platform/logger.ts";
import type { GeneratedSecrets } from "../platform/secrets-file.ts";
import { addressesOf } from "../process/addresses-of.ts";
import { holdDataFolder, ownerOf, type FolderOwner, type RunningAddresses } from "../process/data-folder.ts";
import { secretsOf } from "../process/secrets-of.ts";
import { openManagement, type Management } from "../process/seed-management.ts";
import { CliError } from "./cli-error.ts";
import { openOperatorDirectory } from "./open-operator-directory.ts";

/** What the operators' commands stand on. */
export interface Operator {
  readonly env: Env;
  readonly dataDir: string;
  readonly nexusUrl: string;
  readonly authUrl: string;
  readonly secrets: GeneratedSecrets;
  readonly ground: Management["ground"];
  /** The gateway that is running on the same data folder. */
  readonly running: FolderOwner | undefined;
  /** Those of the running gateway; where none runs, as it would be started with this environment. */
  readonly addresses: RunningAddresses;
  readonly close: () => Promise<void>;
}

/** Who acts, in the audit trail. */
export const operatorName = "operator";

interface OperatorDatabase {
  readonly url: string;
  readonly running: FolderOwner | undefined;
  readonly stop: () => Promise<void>;
}

const noStop = async (): Promise<void> => undefined;

/** The database of the running gateway; where none runs, ours is started for as long as the command takes. */
const openDatabaseOf = async (env: Env, dataDir: string): Promise<OperatorDatabase> => {
  const running = await ownerOf(dataDir);
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, running, stop: noStop };
  if (!existsSync(join(dataDir, "postgres", "PG_VERSION"))) {
    throw new CliError(
      `There is nothing in ${dataDir} yet: run npm start once, or set NEXUS_DATA_DIR or DATABASE_URL to where your data is.`,
    );
  }
  if (running) {
    const url = await runningEmbeddedUrl(dataDir, "nexus");
    if (url === undefined)
      throw new CliError(`${running.what} (process ${running.pid}) is still starting: try again in a moment.`);
    return { url, running, stop: noStop };
  }
  const letGo = await holdDataFolder(dataDir, "npm run nexus");
  try {
    const server = await startEmbeddedPostgres({ dataDir, log: silentLogger });
    const stop = async (): Promise<void> => {
      await server.stop();
      await letGo();
    };
    return { url: await ensureDatabase(server, "nexus"), running: undefined, stop };
  } catch (error) {
    await letGo();
    throw error;
  }
};

/** Opens the management side beside a running gateway or without one. */
export const openOperator = async (env: Env, dataDir: string): Promise<Operator> => {
  const database = await openDatabaseOf(env, dataDir);
  try {
    const secrets = await secretsOf(env, dataDir);
    const authUrl = env.AUTH_DATABASE_URL ?? database.url;
    const { directory, close } = openOperatorDirectory(env, authUrl);
    const management = await openManagement({
      databaseUrl: database.url,
      env,
      secrets,
      sandbox: undefined,
      log: silentLogger,
      directory,
    });
    return {
      env,
      dataDir,
      nexusUrl: database.url,
      authUrl,
      secrets,
      ground: management.ground,
      running: database.running,
      addresses: database.running?.addresses ?? addressesOf(env),
      close: async () => {
        await close();
        await management.close();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
};
