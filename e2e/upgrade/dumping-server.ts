import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PostgresBinaries } from "../../server/platform/db/postgres-binaries.ts";
import { findTool } from "../../server/process/postgres-tools.ts";

/** A server of this machine together with the `pg_dump` that it was installed with: the embedded one brings none. */
export const dumpingServer = async (): Promise<{ readonly binaries: PostgresBinaries; readonly pgDump: string }> => {
  for (const major of [18, 17, 16, 15]) {
    const folder = `/usr/lib/postgresql/${major}/bin`;
    const pgDump = await findTool("pg_dump", major);
    if (pgDump !== undefined && existsSync(join(folder, "postgres")))
      return { binaries: { postgres: join(folder, "postgres"), initdb: join(folder, "initdb") }, pgDump };
  }
  throw new Error("This needs a PostgreSQL of the system's, with its pg_dump: install its packages.");
};
