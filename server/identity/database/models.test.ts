import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { Prisma } from "../../../prisma/generated/auth/client.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "prisma", "auth");

const types: Readonly<Record<string, string>> = {
  String: "text",
  Int: "integer",
  BigInt: "bigint",
  Boolean: "boolean",
  Bytes: "bytea",
  Json: "jsonb",
  DateTime: "timestamp with time zone",
};

interface Model {
  readonly name: string;
  readonly table: string;
  /** `column type`, with `?` where it may be null; lists say nothing about that. */
  readonly columns: readonly string[];
}

const modelsOf = (source: string): Model[] =>
  [...source.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = "", body = ""]) => ({
    name,
    table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
    columns: body
      .split("\n")
      .flatMap((line) => {
        const [, field, type = "", mark = ""] = /^ {2}(\w+) +(\w+)(\[\]|\?)?/.exec(line) ?? [];
        const sqlType = mark === "[]" ? "ARRAY" : types[type];
        if (field === undefined || types[type] === undefined) return [];
        return [`${/@map\("(\w+)"\)/.exec(line)?.[1] ?? field} ${sqlType}${mark === "?" ? "?" : ""}`];
      })
      .sort(),
  }));

let database: TestDatabase;
let client: Client;
let models: readonly Model[];

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  const files = (await readdir(folder)).filter((file) => file.endsWith(".prisma"));
  models = (await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")))).flatMap(modelsOf);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test("the models and the migrated database have the same tables and columns", async () => {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select table_name as name, array_agg(column_name || ' ' || data_type ||
       case when is_nullable = 'YES' and data_type <> 'ARRAY' then '?' else '' end order by column_name) as columns
     from information_schema.columns where table_schema = 'auth' and table_name <> '_prisma_migrations' group by 1`,
  );
  const inDatabase = Object.fromEntries(rows.map(({ name, columns }) => [name, [...columns].sort()]));
  expect(models.length).toBeGreaterThan(30);
  expect(Object.fromEntries(models.map(({ table, columns }) => [table, columns]))).toEqual(inDatabase);
});

test("the generated client knows every model", () => {
  expect(Object.keys(Prisma.ModelName).sort()).toEqual(models.map(({ name }) => name).sort());
});
