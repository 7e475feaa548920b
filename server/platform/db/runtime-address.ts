import type { Logger } from "../logger.ts";
import { connect } from "./connect.ts";

interface RuntimeAddress {
  readonly connectionString: string;
  readonly schema: string;
  /** Made by the migrations; owns nothing. */
  readonly role: string;
  readonly log: Logger;
}

const mayActAs = async (connectionString: string, role: string): Promise<boolean> => {
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
    return rows[0]?.may === true;
  } finally {
    await close();
  }
};

/** The address under which a running process connects: as the role that owns nothing, where the migrations could make it. */
export const runtimeAddress = async ({ connectionString, schema, role, log }: RuntimeAddress): Promise<string> => {
  const asRole = await mayActAs(connectionString, role);
  if (!asRole) log.warn({ role }, "running as the connecting database user: the role is not available to it");
  const address = new URL(connectionString);
  const options = [`-c search_path=${schema},public`, ...(asRole ? [`-c role=${role}`] : [])];
  address.searchParams.set("options", options.join(" "));
  return address.href;
};
