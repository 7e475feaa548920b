import { openPool } from "../platform/db/pool.ts";
import { silentLogger } from "../platform/logger.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { organizationIdOfSlug } from "./store.ts";

/** The id behind `--org`, which takes ids and, where Auth is ours, slugs. */
export const organizationOf = async (
  { env, authUrl }: Pick<Operator, "env" | "authUrl">,
  given: string,
): Promise<string> => {
  if (/^org_[A-Za-z0-9_-]{1,120}$/.test(given)) return given;
  if (env.TOPOLO_AUTH_URL)
    throw new CliError(
      `"${given}" is no organization id: with a remote Topolo Auth give the id, for example org_topolo.`,
    );
  const pool = openPool({
    connectionString: authUrl,
    schema: "auth",
    maxConnections: 1,
    applicationName: "nexus-cli",
    log: silentLogger,
  });
  try {
    const id = await organizationIdOfSlug(pool, given);
    if (id === undefined)
      throw new CliError(
        `There is no organization "${given}": give its slug or its id, for example topolo or org_topolo.`,
      );
    return id;
  } finally {
    await pool.end();
  }
};
