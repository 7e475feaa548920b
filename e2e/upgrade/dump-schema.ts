import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const run = promisify(execFile);

interface DumpSchema {
  readonly pgDump: string;
  readonly connectionString: string;
  readonly schema: "nexus" | "auth";
}

/** Commands of psql, which no server understands. */
const isForPsql = (line: string): boolean => /^\\(un)?restrict /.test(line);

/** A schema with its rows as statements that any PostgreSQL takes, without a program of its own. */
export const dumpSchema = async ({ pgDump, connectionString, schema }: DumpSchema): Promise<Buffer> => {
  const { stdout } = await run(
    pgDump,
    [
      "--format=plain",
      "--inserts",
      "--rows-per-insert=50",
      "--no-owner",
      "--no-privileges",
      `--schema=${schema}`,
      `--dbname=${connectionString}`,
    ],
    { maxBuffer: 256 << 20 },
  );
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("--") && !isForPsql(line));
  return gzipSync(`${lines.join("\n")}\n`, { level: 9 });
};
