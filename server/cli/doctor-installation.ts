import { connect } from "../platform/db/connect.ts";
import { objectionToPowers } from "../platform/db/enforce-role.ts";
import { authRole, nexusRole, roleState, type RestrictedRole } from "../platform/db/restricted-role.ts";
import { newestPostgres, objectionTo } from "../platform/db/supported-server.ts";
import { bad, none, ok, type Diagnosis } from "./diagnosis.ts";
import type { Operator } from "./open-operator.ts";
import { installationFacts, type InstallationFacts } from "./store.ts";

const checkServer = function* (facts: InstallationFacts): Generator<Diagnosis> {
  const name = "PostgreSQL";
  const objection = objectionTo(facts);
  if (objection !== undefined) yield bad(name, `${facts.version}, ${facts.encoding}`, objection);
  else if (facts.versionNumber >= (newestPostgres + 1) * 10_000)
    yield ok(name, `${facts.version}, newer than ${newestPostgres}, which this version is tested on`);
  else yield ok(name, `${facts.version}, ${facts.encoding}`);
  if (facts.sortedAnew)
    yield bad(
      "sorting rules",
      "the operating system sorts text otherwise than when the indexes were built",
      "Stop the gateway and run: reindex database; alter database … refresh collation version. Until then keys may seem to be missing or there twice.",
    );
};

const checkHome = function* ({ stop, cluster }: InstallationFacts): Generator<Diagnosis> {
  const name = "spending";
  if (stop === "moved")
    yield bad(
      name,
      "stopped: the database was restored or moved here",
      "npm run nexus -- restore, then confirm what was spent since: docs/operations.md, Backup and restore.",
    );
  else if (stop !== null)
    yield bad(
      name,
      "stopped: a restore from a backup is not confirmed",
      "Compare with the vendors' exports, lower budgets by what was spent since, then: npm run nexus -- restore --confirm.",
    );
  else
    yield ok(
      name,
      `allowed; the database is where it was created${cluster === "?" ? ", as far as this server lets one check" : ""}`,
    );
};

/** The state of a restricted role in a database. */
const checkRole = async (connectionString: string, wanted: RestrictedRole): Promise<Diagnosis> => {
  const name = `role ${wanted.role}`;
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-cli",
    statementTimeoutMs: 10_000,
  });
  try {
    const state = await roleState(client, wanted);
    const todo = "npm run nexus -- restore --roles makes it, or says what an administrator has to run.";
    const objection = objectionToPowers(wanted, state);
    if (objection !== undefined) return bad(name, `may do too much: ${state.powers.join(", ")}`, objection);
    if (!state.exists) return bad(name, "missing: the process would run as the owner of the tables", todo);
    if (!state.usable) return bad(name, "not granted to this user", todo);
    if (state.lacking.length > 0)
      return bad(name, `${state.lacking.length} rights differ, the first: ${state.lacking[0]}`, todo);
    return ok(name, "present, with exactly its rights");
  } finally {
    await close();
  }
};

const checkOwner = function* ({ owners }: InstallationFacts): Generator<Diagnosis> {
  if (owners.length > 0)
    yield bad(
      "tables",
      `belong to ${owners.join(", ")}, as which this user may not act`,
      `Let an administrator run: reassign owned by ${owners.join(", ")} to the user of DATABASE_URL. Migrations need it.`,
    );
};

const checkPartitions = function* ({ strays }: InstallationFacts): Generator<Diagnosis> {
  const name = "partitions";
  if (strays.length === 0) yield ok(name, "every row is in the partition of its month");
  else
    yield bad(
      name,
      `${strays.join(" and ")} hold rows`,
      "Their months had no partition when they came: let the gateway run for an hour, and look at its log if they stay.",
    );
};

/** Where the database is, who it is used by, and whether it may spend. */
export const checkInstallation = async function* ({
  env,
  deps,
  nexusUrl,
  authUrl,
}: Operator): AsyncGenerator<Diagnosis> {
  const facts = await installationFacts(deps.db.pool);
  if (!facts) {
    yield none("installation", "looked at when migrations are applied");
    return;
  }
  yield* checkServer(facts);
  yield* checkOwner(facts);
  yield await checkRole(nexusUrl, nexusRole);
  if (env.TOPOLO_AUTH_URL === undefined) yield await checkRole(authUrl, authRole);
  else yield none(`role ${authRole.role}`, "of a remote Auth");
  yield* checkHome(facts);
  yield* checkPartitions(facts);
};
