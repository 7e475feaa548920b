import { afterEach, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { startDocumentServer, type DocumentServer } from "../../../test/document-server.ts";
import { authorizePath, pkce } from "../../../test/oauth-client.ts";

// How often a stranger can send us to somebody's address, and the operator's switch.

let auth: TestAuth;
let site: DocumentServer;

afterEach(async () => {
  site.close();
  await auth.close();
});

const start = async (settings: Parameters<typeof startTestAuth>[0]): Promise<void> => {
  site = await startDocumentServer();
  auth = await startTestAuth({ localAddresses: true, clientAllow: [site.host], ...settings });
  await auth.pool.query("update auth.organizations set unregistered_apps = 'allowed'");
};

const begin = async (clientId: string, from = "192.0.2.1"): Promise<string> => {
  const client = { clientId, secret: undefined, redirectUri: `${site.origin}/callback` };
  const response = await fetch(auth.url + authorizePath(client, pkce().challenge), {
    redirect: "manual",
    headers: { "x-forwarded-for": from },
  });
  return response.status === 303 ? "asked" : /too often/.test(await response.text()) ? "too often" : "unknown";
};

test("one network sends us to few documents a minute, and those that are known go on", async () => {
  await start({ limits: { perAddressPerMinute: 5 } });
  const ids = Array.from({ length: 8 }, (_, index) => site.describe(`/${index}.json`));
  const outcomes: string[] = [];
  for (const id of ids) outcomes.push(await begin(id));
  expect(outcomes).toEqual([...Array<string>(5).fill("asked"), ...Array<string>(3).fill("too often")]);
  expect(await begin(ids[0] ?? "")).toBe("asked");
  expect(site.asked("/7.json")).toBe(0);
  auth.clock.advance(61_000);
  expect(await begin(ids[7] ?? "")).toBe("asked");
});

test("one network does not use up what there is for everybody", async () => {
  await start({ limits: { perAddressPerMinute: 2 }, trustedProxies: 1 });
  // Twenty is what all networks have together, and what one may begin.
  for (let index = 0; index < 20; index += 1) await begin(site.describe(`/flood-${index}.json`));
  expect(await begin(site.describe("/other.json"), "198.51.100.1")).toBe("asked");
});

test("where the operator has switched it off no document is asked for, and the metadata say nothing of it", async () => {
  await start({ clientDocuments: false });
  expect(await begin(site.describe("/off.json"))).toBe("unknown");
  expect(site.asked("/off.json")).toBe(0);
  const { body } = await auth.call("GET", "/.well-known/openid-configuration");
  expect(body["client_id_metadata_document_supported"] ?? false).toBe(false);
});
