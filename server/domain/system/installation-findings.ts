import { newestPostgres, objectionTo } from "../../platform/db/supported-server.ts";
import { bad, ok, type Diagnosis } from "./diagnosis.ts";
import type { InstallationFacts } from "./store.ts";

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

/** Whether whoever asks may act as the owner of the tables, as whoever applies migrations has to. */
export const ownerFindings = function* ({ owners }: InstallationFacts): Generator<Diagnosis> {
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

/** What the database is, and whether it may spend. */
export const installationFindings = function* (facts: InstallationFacts): Generator<Diagnosis> {
  yield* checkServer(facts);
  yield* checkHome(facts);
  yield* checkPartitions(facts);
};
