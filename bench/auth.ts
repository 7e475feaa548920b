import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { createSealer } from "../server/identity/crypto/seal.ts";
import { openAuthDatabase } from "../server/identity/database/store.ts";
import { openIdentity } from "../server/identity/index.ts";
import { issueAccessToken } from "../server/identity/signing/access-token.ts";
import { createKeyRing } from "../server/identity/signing/key-ring.ts";
import { systemClock as clock } from "../server/platform/clock.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { loadHeading, loadRow, measure } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { medianRatio } from "./median-ratio.ts";
import { populateAuth, type Population } from "./populate-auth.ts";
import { settings } from "./settings.ts";
import { startScript } from "./started.ts";
import type { Running } from "./upstream.ts";

const { seconds, connections } = settings;
const here = import.meta.dirname;
const few: Population = { organizations: 10, users: 100, sessions: 1_000 };
const many: Population = { organizations: 10_000, users: 100_000, sessions: 1_000_000 };

interface SessionOf {
  readonly id: string;
  readonly user_id: string;
  readonly active_organization_id: string;
}

/** Genuine tokens of sessions spread over all there are. */
const signTokens = async (
  connectionString: string,
  encryptionKey: Buffer,
  sessions: number,
  count: number,
): Promise<string[]> => {
  const db = await openAuthDatabase({ connectionString, log, maxConnections: 2 });
  try {
    const { rows } = await db.pool.query<SessionOf>(
      `select s.id, s.user_id, s.active_organization_id from generate_series(1, $1::int) i
         join auth.sessions s on s.id = 'ses_b' || (i::bigint * $2 / $1)`,
      [count, sessions],
    );
    const keyRing = await createKeyRing({
      db,
      sealer: createSealer([encryptionKey]),
      clock,
      log,
      periodMs: 86_400_000,
    });
    const deps = { issuer: "http://localhost:3001", keyRing, clock };
    return await Promise.all(
      rows.map(async (session) => {
        const { accessToken } = await issueAccessToken(deps, {
          userId: session.user_id,
          sessionId: session.id,
          serviceId: "srv_nexus",
          audience: ["srv_nexus"],
          organizationId: session.active_organization_id,
          role: "member",
          shown: true,
          onDevice: false,
          signedInAt: new Date(),
        });
        return accessToken;
      }),
    );
  } finally {
    await db.close();
  }
};

const openOperator = (connectionString: string, encryptionKey: Buffer) =>
  openIdentity({
    databaseUrl: connectionString,
    publicUrl: "http://localhost:3001",
    encryptionKey,
    clock,
    log,
  });

const makeClientSecret = async (connectionString: string, encryptionKey: Buffer): Promise<string> => {
  const identity = await openOperator(connectionString, encryptionKey);
  return identity.createServiceClientSecret("srv_nexus").finally(identity.close);
};

/** Keys of organizations, made as an operator makes them. */
const makeKeys = async (connectionString: string, encryptionKey: Buffer, count: number): Promise<string[]> => {
  const identity = await openOperator(connectionString, encryptionKey);
  try {
    const keys: string[] = [];
    for (let index = 1; index <= count; index += 1) {
      const organizationId = `org_b${index}`;
      const key = { organizationId, name: "Bench", scopes: ["srv_nexus.ai", "srv_nexus.usage"] };
      keys.push((await identity.createOrganizationApiKey(key)).apiKey);
    }
    return keys;
  } finally {
    await identity.close();
  }
};

const answersOk = (path: string, init?: RequestInit) => async (url: string) => (await fetch(url + path, init)).ok;

/** Of a backend that follows revocations in turn with one that does not. */
const rounds = 3;

/** Validations a second at Auth, each read from the database, and at a backend that reuses them: for five seconds, or as the feed says. */
export const auth = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  const running: Running[] = [];
  const start = async (...script: Parameters<typeof startScript>): Promise<Running> => {
    const started = await startScript(...script);
    running.push(started);
    return started;
  };
  try {
    const connectionString = await ensureDatabase(postgres, "bench");
    await migrate({ connectionString, schema: "auth", folder: join(here, "..", "prisma", "auth") });
    const encryptionKey = randomBytes(32);
    const server = await start({
      name: "Auth",
      file: join(here, "..", "test", "auth-process.ts"),
      args: (port) => [String(port)],
      env: { AUTH_DATABASE_URL: connectionString, AUTH_ENCRYPTION_KEY: encryptionKey.toString("base64") },
      ready: answersOk("/health"),
    });
    const admin = new Client({ connectionString });
    admin.on("error", () => undefined);
    await admin.connect();
    console.log(
      `  ${connections} connections, ${seconds} s each, one process; CPU in µs per request\n\n  ${loadHeading}`,
    );
    const bare = await start({
      name: "bare Node",
      file: join(here, "auth-backend.ts"),
      args: (port) => [String(port)],
      ready: answersOk("/"),
    });
    const print = async (
      name: string,
      { url, pid }: Running,
      path: string,
      bearers?: string[],
      baseline?: Measured,
    ) => {
      const headers = { "x-service-id": "srv_nexus" };
      const measured = await measure({
        url: url + path,
        headers,
        pid,
        connections,
        seconds,
        ...(bearers && { bearers }),
      });
      console.log(`  ${loadRow(name, measured, (baseline ?? measured).load)}`);
      return measured;
    };
    const baseline = await print("bare Node", bare, "/");
    const clientSecret = await makeClientSecret(connectionString, encryptionKey);
    const printCached = async (name: string, tokens: string[], env: Readonly<Record<string, string>>) => {
      const backend = await start({
        name: "backend",
        file: join(here, "auth-backend.ts"),
        args: (port) => [String(port), server.url],
        env,
        ready: answersOk("/", { headers: { authorization: `Bearer ${tokens[0]}` } }),
      });
      return print(name, backend, "/", tokens, baseline).finally(backend.stop);
    };
    let there: Population | undefined;
    for (const population of [few, many]) {
      const started = performance.now();
      await populateAuth(admin, population, there);
      there = population;
      const filled = ((performance.now() - started) / 1000).toFixed(0);
      const tokens = await signTokens(connectionString, encryptionKey, population.sessions, 1_000);
      const people = `${population.users.toLocaleString("en")} users, ${population.organizations.toLocaleString("en")} organizations, ${population.sessions.toLocaleString("en")} sessions`;
      console.log(`  with ${people} (filled in ${filled} s); 1,000 tokens in turn`);
      await print("  uncached", server, "/validate", tokens, baseline);
      const pairs = [];
      for (let round = 0; round < rounds; round += 1) {
        const theirs = await printCached("  5 s, no feed", tokens, {});
        const ours = await printCached("  with the feed", tokens, { BENCH_CLIENT_SECRET: clientSecret });
        pairs.push({ ours, theirs });
      }
      console.log(`  median of the feed to 5 s without it: ${medianRatio(pairs)}`);
    }
    const tokens = await signTokens(connectionString, encryptionKey, many.sessions, 10_000);
    console.log("  the same, 10,000 tokens in turn");
    await print("  uncached", server, "/validate", tokens, baseline);
    const keys = await makeKeys(connectionString, encryptionKey, 200);
    console.log("  the same, 200 API keys in turn");
    await print("  uncached", server, "/validate", keys, baseline);
    await admin.end();
  } finally {
    for (const { stop } of running.toReversed()) await stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
