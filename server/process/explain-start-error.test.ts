import { Client } from "pg";
import { createServer } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { ConfigurationError, readEnv } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { ChildFailed } from "./child.ts";
import { explainStartError, StartError } from "./explain-start-error.ts";
import { requireFreePorts } from "./require-free-ports.ts";
import { migrateDatabases, startDatabase, type Databases } from "./start-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const explained = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
  } catch (error) {
    return explainStartError(error, false);
  }
  throw new Error("it did not fail");
};

const start = (url: string): Promise<Databases> => startDatabase(readEnv({ DATABASE_URL: url }), "", silentLogger);

describe("the database's address", () => {
  test("nobody listens", async () => {
    expect(await explained(start("postgresql://nexus@127.0.0.1:1/nexus"))).toContain(
      "Nothing answers at DATABASE_URL: start PostgreSQL there",
    );
  });
  test("the host does not exist", async () => {
    expect(await explained(start("postgresql://nexus@nowhere.invalid/nexus"))).toMatch(
      /^The host in DATABASE_URL does not /,
    );
  });
  test("the password is wrong", async () => {
    const url = new URL(database.url);
    url.password = "wrong";
    expect(await explained(start(url.href))).toBe("DATABASE_URL has the wrong password.");
  });
  test("the database is missing", async () => {
    expect(await explained(start(database.url.replace(/\/[^/]+$/, "/missing")))).toContain("does not exist: create it");
  });
  test("the user may not create schemas", async () => {
    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    const url = new URL(database.url);
    try {
      await admin.query("create role humble login password 'humble'");
      await admin.query("drop schema nexus cascade");
      url.username = "humble";
      url.password = "humble";
      const databases = await start(url.href);
      expect(await explained(migrateDatabases(databases, false, silentLogger))).toContain("may not create schemas");
    } finally {
      await admin.query("drop role humble");
      await admin.end();
    }
  });
});

test.each([
  [
    "update auth._prisma_migrations set finished_at = null; drop table auth.recovery_codes",
    /^Only a part of the migration 20261121000200_sign_in_and_oauth of schema auth is there.*Not done: relation auth\.recovery_codes,.*Nothing was changed now\. Undo by hand/,
  ],
  [
    "update auth._prisma_migrations set checksum = 'x'",
    /were changed after they had been applied: restore the files.*a version that was never released.*start with an empty database/,
  ],
  [
    "insert into auth._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ('x', 'x', '29991231000000_later', now(), 1)",
    /does not know: 29991231000000_later\. If a newer version has used it, start that one\..*Nothing was changed now\./,
  ],
])("a history that does not fit: %s", async (statement, message) => {
  const own = await createTestDatabase();
  const client = new Client({ connectionString: own.url });
  await client.connect();
  await client.query(statement);
  await client.end();
  const databases = await start(own.url);
  expect(await explained(migrateDatabases(databases, true, silentLogger))).toMatch(message);
  await own.drop();
});

test("ports in use are named with their settings, all of them at once", async () => {
  const [first, second] = [createServer(), createServer()];
  await Promise.all([
    once(first.listen(0, "127.0.0.1"), "listening"),
    once(second.listen(0, "127.0.0.1"), "listening"),
  ]);
  const portOf = (server: typeof first): number => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  };
  const wanted = [
    { setting: "PORT", port: portOf(first), host: "127.0.0.1" },
    { setting: "AUTH_PORT", port: portOf(second), host: "127.0.0.1" },
    { setting: "SANDBOX_PORT", port: 0, host: "127.0.0.1" },
  ];
  expect(await explained(requireFreePorts(wanted))).toBe(
    `Port ${portOf(first)} is in use: stop what listens there, or set PORT to another.\nPort ${portOf(second)} is in use: stop what listens there, or set AUTH_PORT to another.`,
  );
  first.close();
  second.close();
  expect(await explained(requireFreePorts([{ setting: "PORT", port: 0, host: "192.0.2.1" }]))).toContain(
    "set HOST to an address of this machine",
  );
});

test("what was meant for people is passed on as it is", () => {
  for (const error of [
    new ConfigurationError(["PORT: no"]),
    new StartError("do this"),
    new ChildFailed("gateway 1", "do that"),
  ]) {
    expect(explainStartError(error, true)).toBe(error.message);
  }
  expect(explainStartError(new ChildFailed("gateway 1", undefined), true)).toBe("gateway 1 could not start");
});

test("files that may not be used are named; what nobody foresaw is left to the log", () => {
  const denied = Object.assign(new Error("x"), {
    code: "EACCES",
    path: "/var/lib/nexus/postgres.json",
    syscall: "open",
  });
  expect(explainStartError(denied, true)).toMatch(/^\/var\/lib\/nexus\/postgres\.json: this user may not use it\./);
  expect(
    explainStartError(Object.assign(new Error("x"), { code: "EACCES", port: 80, syscall: "listen" }), true),
  ).toContain("Port 80");
  expect(explainStartError(Object.assign(new Error("x"), { code: "ECONNREFUSED" }), true)).toBeUndefined();
  expect(explainStartError(undefined, true)).toBeUndefined();
});
