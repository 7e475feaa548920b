import type { Logger } from "../logger.ts";
import { connect } from "./connect.ts";
import { DatabaseNotUsable } from "./database-not-usable.ts";
import { mustBeRestricted } from "./enforce-role.ts";

interface RuntimeAddress {
  readonly connectionString: string;
  readonly schema: string;
  /** Made by the migrations; owns nothing. */
  readonly role: string;
  readonly log: Logger;
}

const mayActAs = async ({ connectionString, role, schema }: RuntimeAddress): Promise<boolean> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-start",
    statementTimeoutMs: 5_000,
  });
  try {
    const { rows } = await client.query<{ may: boolean }>(
      "select exists (select from pg_roles where rolname = $1 and pg_has_role(current_user, oid, 'member')) as may",
      [role],
    );
    const may = rows[0]?.may === true;
    if (!may && (await mustBeRestricted(client, { role, schema })))
      throw new DatabaseNotUsable(
        `The role ${role}, under which this database is used, is not available to the user that connects: npm run nexus -- restore --roles makes it.`,
      );
    return may;
  } finally {
    await close();
  }
};

/**
 * The address with which a running process connects: as the role that owns nothing, or as the connecting user where the
 * migrations could never make the role, but never as a superuser.
 */
export const runtimeAddress = async (options: RuntimeAddress): Promise<string> => {
  const { connectionString, schema, role, log } = options;
  const asRole = await mayActAs(options);
  if (!asRole) log.warn({ role }, "running as the connecting database user: the role is not available to it");
  const address = new URL(connectionString);
  const given = [`-c search_path=${schema},public`, ...(asRole ? [`-c role=${role}`] : [])];
  address.searchParams.set("options", given.join(" "));
  return address.href;
};
