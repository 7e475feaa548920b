import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { appId } from "./cluster.ts";
import { openFaultScene, openOwnDatabase, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { OwnPostgres } from "./own-postgres.ts";
import { startSwitchableAuth, type SwitchableAuth } from "./switchable-auth.ts";

// Auth's feed in the product, as it is configured by default: its line cut, and Auth's PostgreSQL ended under it.

let postgres: OwnPostgres;
let scene: FaultScene;
let auth: SwitchableAuth;
let gateway: GatewayProcess;

beforeAll(async () => {
  scene = await openFaultScene({
    name: "feed-faults",
    openDatabase: async (dataDir) => {
      const [own, nexus] = await Promise.all([openOwnDatabase(dataDir), createTestDatabase()]);
      ({ postgres } = own);
      return {
        url: nexus.url,
        authUrl: own.url,
        drop: () => Promise.all([own.drop(), nexus.drop()]).then(() => undefined),
      };
    },
    // Its database is the one that is ended here.
    authPlace: "here",
  });
  auth = await startSwitchableAuth(scene.cluster.config.authUrl);
  gateway = await scene.startGateway({ authUrl: auth.url });
}, 90_000);
afterAll(async () => {
  await scene.close();
  await auth.stop();
});

const ask = async (apiKey: string): Promise<number> => {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
};

const feedIsFresh = async (): Promise<boolean> => {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^nexus_auth_feed_age_seconds (\S+)$/m.exec(page)?.[1]) <= 1;
};
const until = async (fresh: boolean): Promise<void> => {
  for (let left = 400; (await feedIsFresh()) !== fresh; left -= 1) {
    if (left === 0) throw new Error(`the feed did not become ${fresh ? "fresh" : "silent"}`);
    await sleep(50);
  }
};

const revoke = async (id: string): Promise<void> => {
  const identity = new Client({ connectionString: scene.cluster.auth.databaseUrl });
  await identity.connect();
  await identity.query("update auth.api_keys set revoked_at = now() where id = $1", [id]);
  await identity.end();
};

/** The feed does its work: what was reused a moment ago is refused. */
const revocationReaches = async (): Promise<void> => {
  const { id, apiKey } = await scene.cluster.createApiKey(appId);
  expect([await ask(apiKey), await ask(apiKey)]).toEqual([200, 200]);
  await revoke(id);
  await sleep(250);
  expect(await ask(apiKey)).toBe(401);
};

it("a key that is revoked pays for no call that begins 250 ms later", async () => {
  await until(true);
  await revocationReaches();
});

it("with the feed cut calls go through by asking, and what is revoked meanwhile is refused", async () => {
  const { id, apiKey } = await scene.cluster.createApiKey(appId);
  expect(await ask(apiKey)).toBe(200);
  auth.feed = false;
  await until(false);
  expect([await ask(apiKey), await ask(scene.apiKey)]).toEqual([200, 200]);
  await revoke(id);
  expect([await ask(apiKey), await ask(scene.apiKey)]).toEqual([401, 200]);
  auth.feed = true;
  await until(true);
  await revocationReaches();
});

describe("PostgreSQL that ends under Auth and the connection that listens", () => {
  it.each([
    ["in order", () => postgres.halt()],
    ["by kill -9", () => postgres.kill()],
  ])("%s: nobody is admitted on old answers, and the feed goes on by itself", { timeout: 90_000 }, async (_, end) => {
    const { id, apiKey } = await scene.cluster.createApiKey(appId);
    await until(true);
    expect([await ask(apiKey), await ask(apiKey)]).toEqual([200, 200]);
    await end();
    await until(false);
    expect([await ask(apiKey), await ask(scene.apiKey)]).toEqual([503, 503]);
    await postgres.restart();
    await revoke(id);
    await until(true);
    expect([await ask(apiKey), await ask(scene.apiKey)]).toEqual([401, 200]);
    await revocationReaches();
  });
});
