import { randomUUID } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { createAuthMiddleware } from "@topolo/auth-middleware";
import { objectOf } from "../../../sandbox/read-json.ts";
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
export interface FuzzPerson {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly cookie: string;
  readonly sessionId: string;
}

/** Everybody who can show who they are. */
export interface Callers {
  readonly people: readonly FuzzPerson[];
  /** An organization's key, with every scope of Nexus. */
  readonly apiKey: string;
  /** With which a directory writes the people of that organization. */
  readonly scimToken: string;
  /** Of Nexus itself, by client credentials. */
  readonly serviceToken: string;
}

/** Both listeners in this process, with the sandbox as every vendor. */
export interface RoutesWorld {
  readonly authPort: number;
  readonly nexusPort: number;
  /** Of the clients of Nexus and of Topolo Developers, for `Authorization: Basic`. */
  readonly clientSecrets: { readonly nexus: string; readonly developers: string };
  /** People of every rank and what else has credentials, whatever the requests before have done to the world. */
  readonly freshCallers: () => Promise<Callers>;
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
  const clientSecrets = {
    nexus: clientSecret,
    developers: await auth.createServiceClientSecret("srv_developers"),
  };
  const middleware = createAuthMiddleware({
    authUrl,
    serviceId: "srv_nexus",
    clientSecret,
    cacheMs: 0,
    // A machine that has much else to do is no fault.
    timeoutMs: 30_000,
  });
  const deps = { ...gateway.deps, directory: createDirectory({ auth: middleware }) };
  const { pepper, clock } = deps;
  const listener = await openDoors(
    { ...gateway, deps },
    {
      authenticator: createAuthenticator({
        auth: middleware,
        freshAuth: middleware,
        runtime,
        pepper,
        clock,
        publicUrl: "http://localhost:3000",
      }),
      authUrl,
    },
  );
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2 });
  const { pool } = base.db;

  const logIn = async (userId: string, email: string): Promise<FuzzPerson> => {
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

  const addPerson = async ([organizationId, role]: (typeof ranks)[number]): Promise<FuzzPerson> => {
    const userId = newPrefixedId("usr");
    const email = `${randomUUID()}@example.com`;
    await pool.query("insert into auth.users (id, email, name, email_verified_at) values ($1, $2, 'Fuzz', now())", [
      userId,
      email,
    ]);
    await pool.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, now())", [
      userId,
      passwordHash,
    ]);
    await pool.query("insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, $3)", [
      organizationId,
      userId,
      role,
    ]);
    return logIn(userId, email);
  };

  /** Asks Auth for a credential, which is the text under that name in its answer. */
  const obtain = async (path: string, name: string, init: { headers: Record<string, string>; body: string }) => {
    const response = await fetch(authUrl + path, { method: "POST", ...init });
    const body: unknown = await response.json();
    const { [name]: credential } = objectOf(body);
    if (typeof credential !== "string") throw new Error(`${path} answered ${response.status} ${JSON.stringify(body)}`);
    return credential;
  };

  const freshCallers = async (): Promise<Callers> => {
    // Requests suspend, rename and remove; the next ones are to get as far again.
    await pool.query(`update auth.organizations set status = 'active' where id in ('org_admin', 'org_topolo')`);
    await pool.query(`update auth.services set status = 'active' where first_party`);
    await pool.query("delete from auth.api_keys");
    await pool.query("delete from auth.scim_tokens");
    const people = await Promise.all(ranks.map(addPerson));
    const { rows } = await pool.query<{ key: string }>(
      "select service_id || '.' || scope as key from auth.api_key_scopes where service_id = 'srv_nexus' and deprecated_at is null",
    );
    const asOwner = { authorization: `Bearer ${people[1]?.token}`, "content-type": "application/json" };
    const asNexus = {
      authorization: `Basic ${Buffer.from(`srv_nexus:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const [apiKey, scimToken, serviceToken] = await Promise.all([
      obtain("/api/api-keys", "apiKey", {
        headers: asOwner,
        body: JSON.stringify({ name: "fuzz", scopes: rows.map(({ key }) => key) }),
      }),
      obtain("/api/organizations/org_topolo/scim-tokens", "token", { headers: asOwner, body: '{"name":"fuzz"}' }),
      obtain("/sso/exchange", "access_token", { headers: asNexus, body: "grant_type=client_credentials" }),
    ]);
    return { people, apiKey, scimToken, serviceToken };
  };

  return {
    authPort,
    nexusPort: listener.port,
    clientSecrets,
    freshCallers,
    close: async () => {
      await listener.drain(500);
      await auth.close(500);
      await gateway.close();
    },
  };
};
