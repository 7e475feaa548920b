import { expect, test } from "vitest";
import { migrationBench, queryOnce } from "../../test/migration-bench.ts";
import { runCli } from "./run-cli.ts";

const { database } = migrationBench();

/** A command in production, with the databases and none of the secrets of an installation. */
const nexus = async (args: readonly string[], settings: Readonly<Record<string, string>>) => {
  const said: string[] = [];
  const code = await runCli({
    args,
    environment: { NODE_ENV: "production", ...settings },
    out: (text) => said.push(text),
    err: (text) => void said.push(text),
    signal: AbortSignal.timeout(170_000),
  });
  return { code, said: said.join("") };
};

const schemasOf = async (url: string): Promise<unknown> =>
  (await queryOnce(url, "select nspname from pg_namespace where nspname in ('nexus', 'auth') order by 1")).rows.map(
    ({ nspname }) => nspname as unknown,
  );

test("an empty database is brought to the present, and once is enough", { timeout: 180_000 }, async () => {
  const url = await database();
  const first = await nexus(["migrate"], { DATABASE_URL: url });
  expect(first).toEqual({ code: 0, said: expect.stringMatching(/^\d+ migrations were applied\.[^]*Roles and rights/) });
  expect(await schemasOf(url)).toEqual(["auth", "nexus"]);
  const second = await nexus(["migrate"], { DATABASE_URL: url });
  expect(second.said).toBe("Migrations are up to date.\nRoles and rights are in force.\n");
});

test("each of two databases gets its own schema alone", { timeout: 180_000 }, async () => {
  const [ledger, auth] = [await database(), await database()];
  expect((await nexus(["migrate", "--only", "auth"], { AUTH_DATABASE_URL: auth })).code).toBe(0);
  expect((await nexus(["migrate"], { DATABASE_URL: ledger, TOPOLO_AUTH_URL: "https://auth.example.com" })).code).toBe(
    0,
  );
  expect([await schemasOf(ledger), await schemasOf(auth)]).toEqual([["nexus"], ["auth"]]);
});

test.each([
  [
    ["migrate", "--only", "ledger"],
    { DATABASE_URL: "postgresql://localhost/none" },
    '--only is nexus or auth, not "ledger"',
  ],
  [["migrate"], {}, "DATABASE_URL is not set"],
  [["migrate", "--only", "nexus"], { AUTH_DATABASE_URL: "postgresql://localhost/none" }, "DATABASE_URL is not set"],
])("%j with %j is refused", async (args, settings, told) => {
  expect(await nexus(args, settings)).toEqual({ code: 1, said: expect.stringContaining(told) });
});
