import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureDatabase, runningEmbeddedUrl, startEmbeddedPostgres } from "../platform/db/embedded.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { holdDataFolder, ownerOf, type FolderOwner } from "../process/data-folder.ts";
import { CliError } from "./cli-error.ts";

/** The database that a command works on, and the gateway that runs on it. */
export interface OperatorDatabase {
  readonly url: string;
  readonly running: FolderOwner | undefined;
  readonly stop: () => Promise<void>;
}

const noStop = async (): Promise<void> => undefined;

/** The database of the running gateway; where none runs, ours is started for as long as the command takes. */
export const openOperatorDatabase = async (
  env: Env,
  dataDir: string,
  /** Make the embedded database where there is none, to restore into. */
  fresh = false,
): Promise<OperatorDatabase> => {
  const running = await ownerOf(dataDir);
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, running, stop: noStop };
  if (!fresh && !existsSync(join(dataDir, "postgres", "PG_VERSION"))) {
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
