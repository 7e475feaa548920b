import { randomBytes } from "node:crypto";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { objectionTo, requireSupportedServer } from "./supported-server.ts";

test.each([
  ["14.13", 140_013, /^PostgreSQL 14\.13 is too old: .* 15 or newer/],
  ["9.6.24", 90_624, /too old/],
  ["15.0", 150_000, undefined],
  ["18.4", 180_004, undefined],
  ["19beta1", 190_000, undefined],
])("PostgreSQL %s is taken from 15 on", (version, versionNumber, objection) => {
  const said = objectionTo({ version, versionNumber, encoding: "UTF8" });
  if (objection === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(objection);
});

test("a database with another encoding is refused, with the statement that makes a suitable one", async () => {
  const urlOf = (name: string): string => inject("postgresUrl").replace("DATABASE", name);
  const name = `test_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: urlOf("postgres") });
  await client.connect();
  try {
    await client.query(`create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`);
    await expect(requireSupportedServer(urlOf(name), silentLogger)).rejects.toThrow(
      /stores text as SQL_ASCII.*create database nexus encoding 'UTF8' template template0/,
    );
    await requireSupportedServer(urlOf("postgres"), silentLogger);
  } finally {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.end();
  }
});
