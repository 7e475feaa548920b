import { keyringState } from "../domain/credentials/index.ts";
import { migrationStateOf } from "../process/start-database.ts";
import { checkInstallation } from "./doctor-installation.ts";
import { bad, ok, type Diagnosis } from "./diagnosis.ts";
import type { Operator } from "./open-operator.ts";
import { databaseFacts, type DatabaseFacts } from "./store.ts";

const mostSkewMs = 1_000;

const checkMigrations = async function* ({ env, nexusUrl, authUrl }: Operator): AsyncGenerator<Diagnosis> {
  const schemas = env.TOPOLO_AUTH_URL ? (["nexus"] as const) : (["nexus", "auth"] as const);
  for (const schema of schemas) {
    const name = `migrations ${schema}`;
    const { pending, interrupted, edited, unknown } = await migrationStateOf(
      schema === "nexus" ? nexusUrl : authUrl,
      schema,
    );
    if (unknown.length > 0)
      yield bad(
        name,
        `not known to this version: ${unknown.join(", ")}`,
        "Start the newer version that made them. A database from before the first release cannot be brought up to date: start with an empty one.",
      );
    else if (edited.length > 0)
      yield bad(
        name,
        `changed after they were applied: ${edited.join(", ")}`,
        "Restore the files of the version that applied them.",
      );
    else if (interrupted.length > 0)
      yield bad(
        name,
        `begun and not finished: ${interrupted.join(", ")}`,
        "Start Topolo Nexus: it checks whether the migration was applied, then records or applies it.",
      );
    else if (pending.length > 0)
      yield bad(name, `${pending.length} to be applied`, "Start Topolo Nexus: it applies them.");
    else yield ok(name, "up to date");
  }
};

const checkFacts = function* (facts: DatabaseFacts, offsetMs: number): Generator<Diagnosis> {
  const risky = (["fsync", "synchronous_commit", "full_page_writes"] as const).filter((name) => facts[name] === "off");
  if (risky.length > 0)
    yield bad(
      "durability",
      `${risky.join(", ")} off`,
      `Set ${risky.map((name) => `${name} = on`).join(", ")}: a crash would lose money that was held or spent.`,
    );
  else yield ok("durability", `fsync on, synchronous_commit ${facts.synchronous_commit}, full_page_writes on`);
  const skew = `${Math.abs(offsetMs).toFixed(0)} ms ${offsetMs < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(offsetMs) > mostSkewMs)
    yield bad(
      "clock",
      `the database is ${skew}`,
      "Let NTP set both clocks: the database's counts, but ID tokens of Auth and the log carry this machine's.",
    );
  else yield ok("clock", `the database is ${skew}`);
};

const checkKeys = async function* ({ deps }: Operator): AsyncGenerator<Diagnosis> {
  const { state, keys } = await keyringState(deps.db.pool, deps.secretBox);
  const secrets = keys.reduce((sum, key) => sum + key.secrets, 0);
  const missing = keys.filter(({ known }) => !known).map(({ keyId }) => keyId);
  if (state === "open")
    yield ok(
      "encryption keys",
      `fit all ${secrets} stored secrets (${keys.map((key) => `${key.secrets} under ${key.keyId}`).join(", ") || "none yet"})`,
    );
  else
    yield bad(
      "encryption keys",
      missing.length > 0 ? `no key for ${missing.join(", ")}` : "none is configured",
      "Put the missing key back into NEXUS_ENCRYPTION_KEYS or secrets.json, behind the current one.",
    );
};

/** The database, and what is stored in it. */
export const checkDatabase = async function* (operator: Operator): AsyncGenerator<Diagnosis> {
  const { env, deps, running } = operator;
  const asked = deps.clock.now();
  const facts = await databaseFacts(deps.db.pool);
  const answered = deps.clock.now();
  const where = env.DATABASE_URL
    ? "at DATABASE_URL"
    : running
      ? "embedded, running"
      : "embedded, started for this look";
  yield ok("database", `PostgreSQL ${facts.version}, ${where}`);
  yield* checkFacts(facts, facts.now - (asked + answered) / 2);
  yield* checkMigrations(operator);
  yield* checkInstallation(operator);
  yield* checkKeys(operator);
};
