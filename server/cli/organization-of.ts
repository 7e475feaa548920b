import { alike, requireKnown } from "../domain/existence/index.ts";
import { openPool } from "../platform/db/pool.ts";
import { silentLogger } from "../platform/logger.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";
import { organizationIdOfSlug, organizationNames } from "./store.ts";

/** The id behind `--org`, which takes ids and, where Auth is ours, slugs; it must exist. */
export const organizationOf = async (
  { env, authUrl, deps }: Pick<Operator, "env" | "authUrl" | "deps">,
  given: string,
): Promise<string> => {
  if (/^org_[A-Za-z0-9_-]{1,120}$/.test(given)) {
    await requireKnown(deps.directory, { kind: "organization", id: given }, "--org");
    return given;
  }
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
    if (id !== undefined) return id;
    const slugs = (await organizationNames(pool)).flatMap(({ names: [slug] }) => (slug === undefined ? [] : [slug]));
    const [nearest] = alike(given, slugs).sort((a, b) => b.score - a.score);
    throw new CliError(
      nearest === undefined
        ? `There is no organization "${given}": give its slug or its id, for example topolo or org_topolo.`
        : `There is no organization "${given}"; did you mean "${nearest.name}"?`,
    );
  } finally {
    await pool.end();
  }
};
