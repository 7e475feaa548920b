import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { findCanaries, formsOf, type Canary } from "../e2e/faults/canary.ts";

/** No table is worth more waiting than this; one that takes longer is named as not searched. */
const tableTimeoutMs = 1_000;
const queryCanceled = "57014";
const noSuchDatabase = "3D000";

export interface TableScan {
  /** Tables in which a row holds the secret. */
  readonly found: readonly string[];
  /** Tables that took too long. */
  readonly skipped: readonly string[];
}

/** Every form as text, and as the hexadecimal digits by which PostgreSQL writes bytes. */
const patternsOf = (secret: string): string[] => {
  const forms = [...new Set(formsOf(secret).values())];
  const spelled = [...forms, ...forms.map((form) => Buffer.from(form).toString("hex"))];
  return [...new Set(spelled)].map((form) => `%${form.replaceAll(/[\\%_]/g, "\\$&")}%`);
};

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** Looks for a secret in every column of every row of a database, in any spelling. */
export const scanTables = async (connectionString: string, secret: string): Promise<TableScan> => {
  const client = new pg.Client({ connectionString, statement_timeout: tableTimeoutMs });
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    if (codeOf(error) === noSuchDatabase) return { found: [], skipped: [] };
    throw error;
  }
  const [found, skipped]: [string[], string[]] = [[], []];
  const patterns = patternsOf(secret);
  try {
    // A table whose file is empty has no row. Most are, and to ask each would cost more than all others do. Looking at the file waits for no lock.
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
          and (pg_stat_file(pg_relation_filepath(c.oid), true)).size > 0
        order by 1`,
    );
    for (const { name } of rows) {
      try {
        const hit = await client.query(`select 1 from ${name} t where t::text like any($1::text[]) limit 1`, [
          patterns,
        ]);
        if (hit.rowCount) found.push(name);
      } catch (error) {
        if (codeOf(error) !== queryCanceled) throw error;
        skipped.push(name);
      }
    }
  } finally {
    await client.end();
  }
  return { found, skipped };
};

/** Looks for a secret in every file below a folder; the paths of those that hold it, each with the form. */
export const scanFiles = async (folder: string, canary: Canary): Promise<{ files: number; found: string[] }> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  for (const name of files) {
    const hits = findCanaries([canary], [{ name, text: await readFile(name, "latin1") }]);
    found.push(...hits.map(({ form, sink }) => `${sink} (${form})`));
  }
  return { files: files.length, found };
};
