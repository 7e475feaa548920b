import { createAuthMiddleware } from "@topolo/auth-middleware";
import { createDirectory } from "../assembly/create-directory.ts";
import type { Directory } from "../domain/existence/index.ts";
import { openAuthDirectory } from "../identity/index.ts";
import { openPool } from "../platform/db/pool.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { organizationNames } from "./store.ts";

interface OperatorDirectory {
  readonly directory: Directory;
  readonly close: () => Promise<void>;
}

const openPoolOf = (authUrl: string) =>
  openPool({
    connectionString: authUrl,
    schema: "auth",
    maxConnections: 1,
    applicationName: "nexus-cli",
    log: silentLogger,
  });

/** What exists at Auth: a remote one is asked, our own is read from its database, running or not. Opened at the first question. */
export const openOperatorDirectory = (env: Env, authUrl: string): OperatorDirectory => {
  if (env.TOPOLO_AUTH_URL !== undefined) {
    const auth = createAuthMiddleware({
      authUrl: env.TOPOLO_AUTH_URL,
      serviceId: "srv_nexus",
      ...(env.TOPOLO_AUTH_CLIENT_SECRET === undefined ? {} : { clientSecret: env.TOPOLO_AUTH_CLIENT_SECRET }),
    });
    return { directory: createDirectory({ auth }), close: async () => undefined };
  }
  let opened: Promise<{ directory: Directory; close: () => Promise<void> }> | undefined;
  const open = async (): Promise<{ directory: Directory; close: () => Promise<void> }> => {
    const auth = await openAuthDirectory({ databaseUrl: authUrl, log: silentLogger });
    const pool = openPoolOf(authUrl);
    return {
      directory: createDirectory({ auth, organizations: () => organizationNames(pool) }),
      close: async () => {
        await pool.end();
        await auth.close();
      },
    };
  };
  return {
    directory: {
      lookUp: async (question) => {
        opened ??= open();
        return (await opened).directory.lookUp(question);
      },
      namesOf: async (asked) => {
        opened ??= open();
        return (await opened).directory.namesOf(asked);
      },
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
