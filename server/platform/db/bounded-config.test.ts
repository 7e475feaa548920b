import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { silentLogger as log } from "../logger.ts";
import { boundedConfig } from "./bounded-config.ts";
import { connect } from "./connect.ts";
import { openPool } from "./pool.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const names = ["statement_timeout", "idle_in_transaction_session_timeout", "tcp_user_timeout", "tcp_keepalives_idle"];
const show = `select array(select current_setting(n) from unnest($1::text[]) n) as shown, current_setting('search_path') as path`;

/** An address that would take every limit away. */
const lax = (): string => {
  const address = new URL(database.url);
  address.searchParams.set("options", names.map((name) => `-c ${name}=0`).join(" "));
  for (const name of ["statement_timeout", "idle_in_transaction_session_timeout", "query_timeout", "application_name"])
    address.searchParams.set(name, "0");
  return address.href;
};

test("a connection has the limits that were asked for, whatever its address says", async () => {
  const bounds = { connectionString: lax(), applicationName: "bounded", schema: "nexus", statementTimeoutMs: 7_000 };
  const pool = openPool({ ...bounds, maxConnections: 1, log });
  const connection = await connect(bounds);
  try {
    for (const asked of [pool.query(show, [names]), connection.client.query(show, [names])]) {
      const { rows } = await asked;
      expect(rows).toEqual([{ shown: ["7s", "21s", "20000", "10"], path: "nexus,public" }]);
    }
  } finally {
    await pool.end();
    await connection.close();
  }
});

test("other settings in an address are kept", () => {
  fc.assert(
    fc.property(
      fc.record({
        user: fc.stringMatching(/^[a-z]{1,8}$/),
        password: fc.string({ minLength: 1, maxLength: 12 }),
        given: fc.option(fc.constantFrom("-c work_mem=4MB", "-c role=nexus_app"), { nil: undefined }),
        tls: fc.option(fc.constantFrom("disable", "no-verify"), { nil: undefined }),
        limit: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      ({ user, password, given, tls, limit }) => {
        const address = new URL("postgresql://db.example:5433/nexus");
        address.username = user;
        address.password = password;
        if (given) address.searchParams.set("options", given);
        if (tls) address.searchParams.set("sslmode", tls);
        const config = boundedConfig({
          connectionString: address.href,
          applicationName: "x",
          statementTimeoutMs: limit,
        });
        const kept = new URL(config.connectionString ?? "");
        expect([kept.username, kept.password, kept.searchParams.get("sslmode")]).toEqual([
          user,
          address.password,
          tls ?? null,
        ]);
        expect(config.options?.startsWith(given ?? "-c")).toBe(true);
        expect(config.query_timeout).toBeGreaterThan(limit);
      },
    ),
  );
});
