import { keyringState } from "../domain/credentials/index.ts";
import {
  databaseFacts,
  databaseFindings,
  keyringFinding,
  migrationFinding,
  ok,
  type Diagnosis,
} from "../domain/system/index.ts";
import { migrationStateOf } from "../process/start-database.ts";
import { checkInstallation } from "./doctor-installation.ts";
import type { Operator } from "./open-operator.ts";

const checkMigrations = async function* ({ env, nexusUrl, authUrl }: Operator): AsyncGenerator<Diagnosis> {
  const schemas = env.TOPOLO_AUTH_URL ? (["nexus"] as const) : (["nexus", "auth"] as const);
  for (const schema of schemas)
    yield migrationFinding(schema, await migrationStateOf(schema === "nexus" ? nexusUrl : authUrl, schema));
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
  yield* databaseFindings(facts, facts.now - (asked + answered) / 2);
  yield* checkMigrations(operator);
  yield* checkInstallation(operator);
  yield keyringFinding(await keyringState(deps.db.pool, deps.secretBox));
};
