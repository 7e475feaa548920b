import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createAuthServer, openIdentity, type IdentityService } from "../../server/identity/index.ts";
import { systemClock } from "../../server/platform/clock.ts";
import type { Logger } from "../../server/platform/logger.ts";
import { createTestDatabase } from "../../test/database.ts";
import { compiledCode } from "../../test/compiled-code.ts";
import { freePorts } from "../../test/free-ports.ts";

/** Where Auth runs: in this process, or as one of its own, in another process group, on a database of its own. */
export type AuthPlace = "here" | "elsewhere";

/** The Auth that a cluster's gateways ask. */
export interface ClusterAuth {
  readonly port: number;
  readonly databaseUrl: string;
  readonly createServiceClientSecret: IdentityService["createServiceClientSecret"];
  readonly createOrganizationApiKey: IdentityService["createOrganizationApiKey"];
  readonly close: () => Promise<void>;
}

/** `npm run test:remote-auth` runs every suite against an Auth elsewhere. */
export const defaultPlace: AuthPlace = process.env["TEST_AUTH"] === "remote" ? "elsewhere" : "here";

const publicUrl = "http://localhost:3001";

/** Where people sign in from. */
export const clusterDashboardOrigin = "http://localhost:3000";

const startHere = async (databaseUrl: string, log: Logger): Promise<ClusterAuth> => {
  const server = await createAuthServer({
    databaseUrl,
    publicUrl,
    encryptionKey: randomBytes(32),
    clock: systemClock,
    log,
    allowedOrigins: [{ origin: clusterDashboardOrigin, serviceId: "srv_nexus" }],
  });
  return { ...server, port: await server.listen(0, "127.0.0.1"), databaseUrl };
};

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  );

const startElsewhere = async (log: Logger): Promise<ClusterAuth> => {
  const database = await createTestDatabase();
  const encryptionKey = randomBytes(32);
  const [port = 0] = await freePorts(1);
  // Its operator's hands: they work on its database, as its command line would.
  const operator = await openIdentity({
    databaseUrl: database.url,
    publicUrl,
    encryptionKey,
    clock: systemClock,
    log,
    maxConnections: 2,
  });
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "..", "..", "test", "auth-process.ts"),
      String(port),
    ],
    {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        NODE_ENV: "test",
        PATH: process.env["PATH"],
        ...compiledCode,
        AUTH_DATABASE_URL: database.url,
        AUTH_ENCRYPTION_KEY: encryptionKey.toString("base64"),
      },
    },
  );
  const exited = once(child, "exit");
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  for (let waitedMs = 0; !(await answers(port)); waitedMs += 50) {
    if (waitedMs > 30_000 || child.exitCode !== null)
      throw new Error(`Auth did not start as a process of its own: ${complaint}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    databaseUrl: database.url,
    createServiceClientSecret: operator.createServiceClientSecret,
    createOrganizationApiKey: operator.createOrganizationApiKey,
    close: async () => {
      child.kill("SIGTERM");
      await exited;
      await operator.close();
      await database.drop();
    },
  };
};

export const startClusterAuth = (place: AuthPlace, databaseUrl: string, log: Logger): Promise<ClusterAuth> =>
  place === "here" ? startHere(databaseUrl, log) : startElsewhere(log);
