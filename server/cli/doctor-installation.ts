import {
  bad,
  installationFacts,
  installationFindings,
  none,
  ok,
  ownerFindings,
  type Diagnosis,
} from "../domain/system/index.ts";
import { connect } from "../platform/db/connect.ts";
import { objectionToPowers } from "../platform/db/enforce-role.ts";
import { authRole, nexusRole, roleState, type RestrictedRole } from "../platform/db/restricted-role.ts";
import type { Operator } from "./open-operator.ts";

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
  yield* ownerFindings(facts);
  yield await checkRole(nexusUrl, nexusRole);
  if (env.TOPOLO_AUTH_URL === undefined) yield await checkRole(authUrl, authRole);
  else yield none(`role ${authRole.role}`, "of a remote Auth");
  yield* installationFindings(facts);
};
