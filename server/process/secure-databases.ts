import { connect } from "../platform/db/connect.ts";
import { enforceRole } from "../platform/db/enforce-role.ts";
import { authRole, nexusRole } from "../platform/db/restricted-role.ts";
import type { Logger } from "../platform/logger.ts";
import type { Databases } from "./start-database.ts";

type Parts = Pick<Databases, "nexusUrl" | "authUrl">;

/** Puts the roles in force under which the gateway and Auth run. Returns what was done, by role. */
export const secureAuth = ({ authUrl }: Parts, log: Logger): Promise<readonly string[]> =>
  enforceRole({ connectionString: authUrl, role: authRole, log });

export const secureDatabases = async (databases: Parts, withAuth: boolean, log: Logger): Promise<readonly string[]> => [
  ...(await enforceRole({ connectionString: databases.nexusUrl, role: nexusRole, log })),
  ...(withAuth ? await secureAuth(databases, log) : []),
];

const notices: Readonly<Record<string, string>> = {
  moved:
    "This database was restored from a backup or moved here: nothing that costs money is admitted before `npm run nexus -- restore` has been run.",
  restored:
    "This database was restored from a backup: nothing that costs money is admitted before `npm run nexus -- restore --confirm` says what was spent since.",
};

/** What an operator has to know before anything is spent; undefined: nothing. */
export const spendingNotice = async (nexusUrl: string): Promise<string | undefined> => {
  const { client, close } = await connect({
    connectionString: nexusUrl,
    applicationName: "nexus-start",
    statementTimeoutMs: 5_000,
  });
  try {
    const { rows } = await client.query<{ stop: string | null }>("select nexus.nexus_spending_stop() as stop");
    return notices[rows[0]?.stop ?? ""];
  } finally {
    await close();
  }
};
