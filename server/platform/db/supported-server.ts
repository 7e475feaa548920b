import type { Logger } from "../logger.ts";
import { connect } from "./connect.ts";
import { DatabaseNotUsable } from "./database-not-usable.ts";

/** The oldest PostgreSQL with what the ledger's statements need, and the newest that everything is tested on. */
export const oldestPostgres = 15;
export const newestPostgres = 18;

/** What is known about a server. */
export interface ServerFacts {
  readonly version: string;
  /** 180004 for 18.4. */
  readonly versionNumber: number;
  readonly encoding: string;
}

/** Why Topolo Nexus cannot run on such a server; undefined if it can. */
export const objectionTo = ({ version, versionNumber, encoding }: ServerFacts): string | undefined => {
  if (versionNumber < oldestPostgres * 10_000)
    return `PostgreSQL ${version} is too old: Topolo Nexus needs ${oldestPostgres} or newer and is tested on ${oldestPostgres} and ${newestPostgres}. Upgrade the server, or unset DATABASE_URL to use the embedded database.`;
  if (encoding !== "UTF8")
    return `The database stores text as ${encoding}, which cannot store every name: make one with encoding UTF8 (create database nexus encoding 'UTF8' template template0) and restore into that.`;
  return undefined;
};

/** Refuses a server that is too old or stores text in another encoding than UTF-8; logs a newer one than is tested. */
export const requireSupportedServer = async (connectionString: string, log: Logger): Promise<void> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-start",
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
  });
  try {
    const { rows } = await client.query<ServerFacts>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
              current_setting('server_encoding') as encoding`,
    );
    const [facts] = rows;
    const objection = facts && objectionTo(facts);
    if (objection !== undefined) throw new DatabaseNotUsable(objection);
    if (facts && facts.versionNumber >= (newestPostgres + 1) * 10_000)
      log.warn({ version: facts.version, newestPostgres }, "PostgreSQL is newer than what this version is tested on");
  } finally {
    await close();
  }
};
