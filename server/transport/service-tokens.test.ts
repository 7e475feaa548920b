import { afterAll, beforeAll, expect, test } from "vitest";
import { loadServiceTokens, authenticateServiceToken } from "../domain/service-tokens/index.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { sendRaw } from "../../test/send-raw.ts";

// Service tokens as people make them: at the API, with permissions of their own.

let gateway: ListeningGateway;

beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());

const usage = "srv_nexus.usage:read";
const manage = "srv_nexus.tokens:manage";

const ask = async (credential: string, method: string, path: string, body?: object) => {
  const answer = await sendRaw(gateway.port, {
    method,
    path: `/api/service-tokens${path}`,
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: JSON.parse(answer.text) as Readonly<Record<string, unknown>>,
    text: answer.text,
  };
};

const isGood = async (token: unknown): Promise<boolean> => {
  const { pepper, clock, db } = gateway.deps;
  const snapshot = await loadServiceTokens(db.pool);
  return authenticateServiceToken({ snapshot, pepper }, String(token), clock.now()) !== null;
};

test("a token is shown when it is made and when it is replaced, and never else; revoking it ends it", async () => {
  const { credential, organizationId } = gateway.issue();
  const made = await ask(credential, "POST", "", { label: "Backend", permissions: [usage] });
  expect(made).toMatchObject({
    status: 200,
    body: {
      token: expect.stringMatching(/^nxs_/),
      serviceToken: { label: "Backend", organizations: [organizationId], apps: "all", permissions: [usage] },
    },
  });
  const id = String(Reflect.get(Object(made.body["serviceToken"]), "id"));
  expect(await isGood(made.body["token"])).toBe(true);
  const listed = await ask(credential, "GET", "");
  expect(listed.body).toMatchObject({ serviceTokens: [{ id, revokedAt: null, lastUsedAt: null }] });
  expect(listed.text).not.toContain(made.body["token"]);
  const rotated = await ask(credential, "POST", `/${id}/rotate`, { overlapMs: 0 });
  expect([await isGood(made.body["token"]), await isGood(rotated.body["token"])]).toEqual([false, true]);
  const revoked = await ask(credential, "POST", `/${id}/revoke`, {});
  expect(revoked.status).toBe(200);
  expect(await isGood(rotated.body["token"])).toBe(false);
  expect((await ask(credential, "POST", `/${id}/revoke`, {})).body).toEqual(revoked.body);
});

test("nobody gives a token what they do not have: a permission, or another organization", async () => {
  const { credential } = gateway.issue({ permissions: new Set([manage, usage]) });
  const refused = async (input: object) => (await ask(credential, "POST", "", { label: "x", ...input })).status;
  expect(await refused({ permissions: ["srv_nexus.ai:invoke"] })).toBe(403);
  expect(await refused({ permissions: [usage], organizations: "all" })).toBe(403);
  expect(await refused({ permissions: [usage], organizations: ["org_other"] })).toBe(403);
  expect(await refused({ permissions: [] })).toBe(400);
  expect(await refused({ permissions: [usage] })).toBe(200);
});
