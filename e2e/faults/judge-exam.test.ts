import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { examineMutation } from "./examine.ts";
import { mutations } from "./mutations.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";

// As much of `npm run judge-exam` as there is time for: every mutation still finds its text, and two of them, one of the
// code and one of the database, are run and noticed. The plants have a suite of their own.

const root = join(import.meta.dirname, "..", "..");
let dataDir: string;
let postgres: OwnPostgres;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-exam-test-"));
  postgres = await startOwnPostgres(dataDir);
});
afterAll(async () => {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const definitionOf = async (routine: string): Promise<string> => {
  const client = new Client({ connectionString: postgres.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ text: string }>(
      "select pg_get_functiondef(oid) text from pg_proc where pronamespace = 'nexus'::regnamespace and proname = $1",
      [routine],
    );
    return rows.map(({ text }) => text).join();
  } finally {
    await client.end();
  }
};

it("has at least ten mutations of the product", () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  expect(mutations.length).toBeGreaterThanOrEqual(10);
});

it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  "finds what to break so that %s",
  async (_name, { source, routine }) => {
    const text = source ? await readFile(join(root, source.file), "utf8") : await definitionOf(routine?.routine ?? "");
    expect(text.split(source?.find ?? routine?.find ?? "").length).toBe(2);
  },
);

it.each(["key budgets are never counted", "estimates are settled twofold"])(
  "notices that %s",
  async (name) => {
    const mutation = mutations.find((one) => one.name === name);
    if (!mutation) throw new Error(`there is no mutation ${name}`);
    const seed = Date.now() % 1_000_000;
    const { noticed, by } = await examineMutation({ postgres, dataDir, seed }, mutation);
    expect({ noticed, by, seed }).toMatchObject({ noticed: true });
  },
  90_000,
);
