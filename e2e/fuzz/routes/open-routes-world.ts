import { randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { createAuthMiddleware } from "@topolo/auth-middleware";
import { createAuthenticator } from "../../../server/assembly/create-authenticator.ts";
import { createDirectory } from "../../../server/assembly/create-directory.ts";
import { createAuthServer } from "../../../server/identity/index.ts";
import { newPrefixedId } from "../../../server/platform/ids.ts";
import type { Logger } from "../../../server/platform/logger.ts";
import type { TestDeps } from "../../../test/deps.ts";
import { openTestGateway } from "../../../test/gateway.ts";
import { openDoors } from "../../../test/open-doors.ts";
import { testSecrets } from "../../../sandbox/turnstile/siteverify.ts";

const origin = "http://localhost:3000";
const password = "a very plain test sentence";

/** Somebody with a session, and what they can show. */
export interface Actor {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly cookie: string;
  readonly sessionId: string;
}

/** Both listeners in this process, with the sandbox as every vendor. */
export interface RoutesWorld {
  readonly authPort: number;
  readonly nexusPort: number;
  /** Of Nexus's own client, for `Authorization: Basic`. */
  readonly clientSecret: string;
  /** People of every rank who can sign in, whatever the requests before have done to the world. */
  readonly freshActors: () => Promise<readonly Actor[]>;
  readonly close: () => Promise<void>;
}

interface OpenRoutesWorld {
  readonly base: TestDeps;
  readonly vendorKey: string;
  /** Hears of every request that failed on our side. */
  readonly log: Logger;
}

const ranks = [
  ["org_admin", "platform_super_admin"],
  ["org_topolo", "owner"],
  ["org_topolo", "member"],
] as const;

export const openRoutesWorld = async ({ base, vendorKey, log }: OpenRoutesWorld): Promise<RoutesWorld> => {
  const gateway = await openTestGateway({ opened: { base, vendorKey } });
  const { runtime, sandbox } = gateway;
  const auth = await createAuthServer({
    databaseUrl: base.url,
    publicUrl: "http://localhost:3001",
    encryptionKey: Buffer.alloc(32, 7),
    clock: base.clock,
    log,
    allowedOrigins: [{ origin, serviceId: "srv_nexus" }],
    dashboardOrigin: origin,
    limits: { perAddressPerMinute: Number.MAX_SAFE_INTEGER },
    turnstile: {
      secretKey: testSecrets.passes,
      hostnames: ["localhost"],
      siteverifyUrl: `${sandbox.url}/turnstile/v0/siteverify`,
    },
    mailer: { send: async () => undefined, close: async () => undefined },
  });
  const authPort = await auth.listen(0, "localhost");
  const authUrl = `http://localhost:${authPort}`;
  const clientSecret = await auth.createServiceClientSecret("srv_nexus");
  const middleware = createAuthMiddleware({ authUrl, serviceId: "srv_nexus", clientSecret, cacheMs: 0 });
  const deps = { ...gateway.deps, directory: createDirectory({ auth: middleware }) };
  const { pepper, clock } = deps;
  const listener = await openDoors(
    { ...gateway, deps },
    {
      authenticator: createAuthenticator({ auth: middleware, freshAuth: middleware, runtime, pepper, clock }),
      authUrl,
    },
  );
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2 });
  const { pool } = base.db;

  const logIn = async (userId: string, email: string): Promise<Actor> => {
    const response = await fetch(`${authUrl}/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-service-id": "srv_nexus", origin },
      body: JSON.stringify({ email, password }),
    });
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null || !("accessToken" in body) || !("sessionId" in body))
      throw new Error(`sign-in answered ${response.status} ${JSON.stringify(body)}`);
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    return { userId, email, cookie, token: String(body.accessToken), sessionId: String(body.sessionId) };
  };

  return {
    authPort,
    nexusPort: listener.port,
    clientSecret,
    freshActors: async () => {
      // Requests suspend, rename and remove; the next ones are to get as far again.
      await pool.query(`update auth.organizations set status = 'active' where id in ('org_admin', 'org_topolo')`);
      await pool.query(`update auth.services set status = 'active' where first_party`);
      return Promise.all(
        ranks.map(async ([organizationId, role]) => {
          const userId = newPrefixedId("usr");
          const email = `${randomUUID()}@example.com`;
          await pool.query(
            "insert into auth.users (id, email, name, email_verified_at) values ($1, $2, 'Fuzz', now())",
            [userId, email],
          );
          await pool.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, now())", [
            userId,
            passwordHash,
          ]);
          await pool.query(
            "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, $3)",
            [organizationId, userId, role],
          );
          return logIn(userId, email);
        }),
      );
    },
    close: async () => {
      await listener.drain(500);
      await auth.close(500);
      await gateway.close();
    },
  };
};
