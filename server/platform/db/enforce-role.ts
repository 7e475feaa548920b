import type pg from "pg";
import type { Logger } from "../logger.ts";
import { connect } from "./connect.ts";
import { DatabaseNotUsable } from "./database-not-usable.ts";
import { restoreRole, roleState, type RestrictedRole, type RoleState } from "./restricted-role.ts";

interface EnforceRole {
  readonly connectionString: string;
  readonly role: RestrictedRole;
  readonly log: Logger;
}

/** Processes that start at once do this one after the other. */
const roleLock = 0x6e6579;

const markOf = (role: string): string => `Used under the role ${role}.`;

/** Records in a comment on the schema, and so in every dump, that it is used under the role. Only its owner may. */
const mark = async (client: pg.Client, { role, schema }: RestrictedRole): Promise<void> => {
  await client.query("savepoint mark");
  await client
    .query(`comment on schema ${schema} is '${markOf(role)}'`)
    .catch(() => client.query("rollback to savepoint mark"));
};

/** Whether a database may only be used under this role: it has been, or the user is a superuser. */
export const mustBeRestricted = async (
  client: pg.Client,
  { role, schema }: Pick<RestrictedRole, "role" | "schema">,
): Promise<boolean> => {
  const { rows } = await client.query<{ marked: boolean; super: boolean }>(
    `select coalesce(obj_description(to_regnamespace($1), 'pg_namespace') = $2, false) as marked,
            (select rolsuper from pg_roles where rolname = current_user) as super`,
    [schema, markOf(role)],
  );
  return rows[0]?.marked === true || rows[0]?.super === true;
};

const isForbidden = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "42501";

/** The statements an administrator has to run. */
export const adviceFor = async (client: pg.Client, { role }: RestrictedRole, state: RoleState): Promise<string> => {
  const { rows } = await client.query<{ me: string }>("select quote_ident(current_user) as me");
  const statements = [
    ...(state.exists ? [] : [`create role ${role} nologin`]),
    ...(state.usable ? [] : [`grant ${role} to ${rows[0]?.me ?? "the user of DATABASE_URL"}`]),
  ];
  const first = statements.length > 0 ? statements : state.lacking;
  const more = first.length > 5 ? ` (and ${first.length - 5} more: npm run nexus -- restore --roles shows them)` : "";
  return `Let an administrator of the database run: ${first.slice(0, 5).join("; ")};${more}`;
};

/** Why the role is no restriction; undefined if it is one. */
export const objectionToPowers = ({ role }: RestrictedRole, { powers }: RoleState): string | undefined =>
  powers.length === 0
    ? undefined
    : `The role ${role}, which should own nothing, is ${powers.join(", ")}: take that away (alter role ${role} nosuperuser nocreaterole nobypassrls; revoke the owner's role from it).`;

/**
 * Makes the restricted role and gives it its rights, which a restored dump may lack. If this user may not do that, throws
 * where the database has been used under the role before. Returns the statements that were run.
 */
export const enforceRole = async ({ connectionString, role, log }: EnforceRole): Promise<readonly string[]> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-start",
    statementTimeoutMs: 30_000,
  });
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [roleLock]);
    const before = await roleState(client, role);
    const objection = objectionToPowers(role, before);
    if (objection !== undefined) throw new DatabaseNotUsable(objection);
    let done: readonly string[] = [];
    try {
      done = await restoreRole(client, role);
      await mark(client, role);
      await client.query("commit");
    } catch (error) {
      if (!isForbidden(error)) throw error;
      await client.query("rollback");
      if (before.usable || (await mustBeRestricted(client, role)))
        throw new DatabaseNotUsable(
          `The role ${role.role}, under which this database is used, is not in force, and this user may not change that. ${await adviceFor(client, role, before)}`,
          { cause: error },
        );
    }
    if (done.length > 0)
      log.warn({ role: role.role, statements: done.length }, "the restricted role and its rights were restored");
    return done;
  } finally {
    await close();
  }
};
