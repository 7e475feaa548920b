import { httpTransport, inProcessTransport, type AuthTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { openRevocationWorlds, type RevocationWorlds } from "../../test/revocation-world.ts";
import {
  cachedCredentials,
  revocationTable,
  type CachedCredential,
  type RevocationEvent,
} from "../identity/matrix/revocation-table.ts";
import { eventually } from "../../test/eventually.ts";

let auth: TestAuth;
let worlds: RevocationWorlds;
let questions = 0;
let gateways: readonly (readonly [string, ConsumingGateway])[] = [];

beforeAll(async () => {
  auth = await startTestAuth();
  worlds = await openRevocationWorlds(auth);
  const counting =
    (transport: AuthTransport): AuthTransport =>
    (request) => {
      if (!request.url.includes("/api/revocations")) questions += 1;
      return transport(request);
    };
  const options = {
    transport: counting(httpTransport()),
    authUrl: auth.url,
    clientSecret: await auth.server.createServiceClientSecret("srv_nexus"),
    cacheMs: 60_000,
    // How busy the machine is decides nothing here.
    timeoutMs: 15_000,
    followed: true,
  };
  gateways = [
    ["first over HTTP", await openConsumingGateway(options)],
    ["second over HTTP", await openConsumingGateway(options)],
    ["in process", await openConsumingGateway({ ...options, transport: counting(inProcessTransport(auth.server)) })],
  ];
  for (const [, { revocations }] of gateways) await eventually(() => expect(revocations?.isFresh()).toBe(true));
}, 120_000);
afterAll(async () => {
  for (const [, gateway] of gateways) await gateway.close();
  await auth.close();
});

const everywhere = async (bearer: string): Promise<Readonly<Record<string, string>>> => {
  const answers = await Promise.all(
    gateways.map(async ([name, gateway]) => {
      const { status } = await gateway.chat({ authorization: `Bearer ${bearer}` });
      return [name, status === 200 ? "answered" : String(status)] as const;
    }),
  );
  return Object.fromEntries(answers);
};
const all = (answer: string) => Object.fromEntries(gateways.map(([name]) => [name, answer]));

/** The guarantee: the keys of a literal table are its events. */
const eventNames = Object.keys(revocationTable) as RevocationEvent[];

describe.each(eventNames)("%s", (name) => {
  const { event, ids, calls } = revocationTable[name];
  test(`a call that begins 250 ms after: ${event}, at every gateway that reused an answer before [${ids}]`, async () => {
    const world = await worlds.createWorld();
    const bearers: Readonly<Record<CachedCredential, string>> = {
      callByToken: world.session.token,
      callByApp: world.app.access,
      callByDevice: world.device.access,
      callByKey: world.key,
    };
    // What the making of the world has changed may be told only now, and drops what was just asked.
    await eventually(async () => {
      questions = 0;
      for (const credential of cachedCredentials)
        expect(await everywhere(bearers[credential]), credential).toEqual(all("answered"));
      expect(questions, "an answer was not reused").toBe(0);
    });
    await worlds.events[name](world);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const seen: Partial<Record<CachedCredential, object>> = {};
    for (const credential of cachedCredentials) seen[credential] = await everywhere(bearers[credential]);
    expect(seen).toEqual(
      Object.fromEntries(cachedCredentials.map((credential) => [credential, all(calls[credential])])),
    );
  });
});

test("what ends at a set time is reused no longer, at any gateway, although nothing is published then", async () => {
  const world = await worlds.createWorld();
  // Long enough for calls to be answered once.
  const end = new Date(auth.clock.now() + 5_000);
  await auth.pool.query("update auth.sessions set idle_expires_at = $2 where id = $1", [world.session.sessionId, end]);
  await auth.pool.query(
    `insert into auth.user_permission_overrides (organization_id, user_id, permission_id, effect, granted_by, expires_at)
     select $1, $2, id, 'allow', 'test', $3 from auth.service_permissions where key = 'srv_nexus.ai:read'`,
    [world.organizationId, world.user.id, end],
  );
  for (const credential of [world.session.token, world.key])
    expect(await everywhere(credential)).toEqual(all("answered"));
  questions = 0;
  await eventually(async () => expect(await everywhere(world.session.token)).toEqual(all("401")));
  expect(await everywhere(world.key)).toEqual(all("answered"));
  expect(questions, "the key's answer was reused beyond the end of a grant").toBeGreaterThanOrEqual(
    2 * gateways.length,
  );
});
