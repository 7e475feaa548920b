import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../platform/db/connect.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { restoreDatabase } from "./restore-database.ts";

let ledger: TestDatabase;
let auth: TestDatabase;
beforeEach(async () => {
  [ledger, auth] = [await createTestDatabase(), await createTestDatabase()];
});
afterEach(() => Promise.all([ledger.drop(), auth.drop()]));

const query = async (url: string, statement: string): Promise<readonly unknown[]> => {
  const { client, close } = await connect({
    connectionString: url,
    applicationName: "test",
    statementTimeoutMs: 5_000,
  });
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await close();
  }
};

const stopOf = async (): Promise<unknown> => (await query(ledger.url, "select nexus.nexus_spending_stop() as stop"))[0];

const restore = async (dumps: { readonly dump?: string; readonly authDump?: string }) => {
  const said: string[] = [];
  const sums = await restoreDatabase({
    nexusUrl: ledger.url,
    authUrl: auth.url,
    dump: dumps.dump,
    authDump: dumps.authDump,
    signal: AbortSignal.timeout(15_000),
    say: (text) => said.push(text),
  });
  return { said: said.join("\n"), sums };
};

test("a restore into two databases is repeated: neither dump is read again", async () => {
  await query(ledger.url, "select nexus.stop_spending('restored')");
  const { said, sums } = await restore({ dump: "nexus.dump", authDump: "auth.dump" });
  expect(said).toContain("DATABASE_URL holds what was restored already, so nexus.dump was not read");
  expect(said).toContain("AUTH_DATABASE_URL holds what was restored already, so auth.dump was not read");
  expect(sums).toMatchObject({ budgets: [], rollups: [] });
  expect(await stopOf()).toEqual({ stop: "restored" });
});

test("a ledger that was cut off between its two dumps is gone on with", async () => {
  await query(ledger.url, "select nexus.stop_spending('restored')");
  await query(auth.url, "drop schema nexus cascade; drop schema auth cascade");
  // The database is empty, so this dump is read, and there is none.
  await expect(restore({ dump: "nexus.dump", authDump: "/nowhere/auth.dump" })).rejects.toThrow(
    /auth\.dump|pg_restore/,
  );
});

test.each([
  [{ dump: "nexus.dump" }, "DATABASE_URL"],
  [{ authDump: "auth.dump" }, "AUTH_DATABASE_URL"],
  [{ dump: "nexus.dump", authDump: "auth.dump" }, "DATABASE_URL"],
])("%o into databases that are in use changes nothing of either", async (dumps, setting) => {
  await expect(restore(dumps)).rejects.toThrow(`The database of ${setting} is not empty: nothing was changed`);
  expect(await stopOf()).toEqual({ stop: null });
});

test("an empty ledger beside an Auth that is in use is left empty", async () => {
  await query(ledger.url, "drop schema nexus cascade; drop schema auth cascade");
  await expect(restore({ dump: "nexus.dump", authDump: "auth.dump" })).rejects.toThrow(
    "The database of AUTH_DATABASE_URL is not empty: nothing was changed",
  );
  expect(await query(ledger.url, "select to_regnamespace('nexus') as schema")).toEqual([{ schema: null }]);
});
