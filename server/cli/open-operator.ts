import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import type { GeneratedSecrets } from "../platform/secrets-file.ts";
import { addressesOf } from "../process/addresses-of.ts";
import type { FolderOwner, RunningAddresses } from "../process/data-folder.ts";
import { secretsOf } from "../process/secrets-of.ts";
import { openManagement, type Management } from "../process/seed-management.ts";
import { openOperatorDatabase } from "./open-operator-database.ts";
import { openOperatorDirectory } from "./open-operator-directory.ts";

/** What the operators' commands need. */
export interface Operator {
  readonly env: Env;
  readonly dataDir: string;
  readonly nexusUrl: string;
  readonly authUrl: string;
  readonly secrets: GeneratedSecrets;
  readonly deps: Management["deps"];
  /** The gateway that is running on the same data folder. */
  readonly running: FolderOwner | undefined;
  /** Those of the running gateway; where none runs, as it would be started with this environment. */
  readonly addresses: RunningAddresses;
  readonly close: () => Promise<void>;
}

/** Opens the management side beside a running gateway or without one. */
export const openOperator = async (env: Env, dataDir: string): Promise<Operator> => {
  const database = await openOperatorDatabase(env, dataDir);
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
      deps: management.deps,
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
