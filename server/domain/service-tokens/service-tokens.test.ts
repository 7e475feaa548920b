import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCredentialDeps, platformSuperAdmin, type TestCredentialDeps } from "../../../test/credential-deps.ts";
import { testContext } from "../../../test/deps.ts";
import { newToken, openPepper } from "../../platform/crypto/index.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { listAuditEvents } from "../audit/index.ts";
import {
  authenticateServiceToken,
  createServiceToken,
  listServiceTokens,
  loadServiceTokens,
  openServiceTokenUse,
  revokeServiceToken,
  rotateServiceToken,
  selectGrant,
  serviceTokenTopics,
  type ServiceToken,
} from "./index.ts";
import type { KnownGrants } from "./require-known-grants.ts";
import { createTokenAsOperator } from "../../../test/create-token-as-operator.ts";

let deps: TestCredentialDeps & KnownGrants;
const chat = "srv_nexus.ai:chat";
const hourMs = 3_600_000;
const owner = () => testContext({ permissions: new Set([chat]) });

beforeAll(async () => {
  deps = {
    ...(await openTestCredentialDeps()),
    knownPermissions: new Set([chat, "srv_nexus.budgets:write"]),
  };
});

afterAll(() => deps.close());

const authenticate = async (raw: string): Promise<ServiceToken | null> =>
  authenticateServiceToken(
    { snapshot: await loadServiceTokens(deps.db.pool), pepper: deps.pepper },
    raw,
    deps.clock.now(),
  );
const create = (ctx: ReturnType<typeof owner>, more: object = {}) =>
  createServiceToken(deps, ctx, { label: "worker", permissions: [chat], ...more });

test("a token is shown once, stored as a digest, and recognised", async () => {
  const ctx = owner();
  const { serviceToken, token } = await create(ctx);
  expect(token).toMatch(/^nxs_[0-9a-f]{24}_[0-9A-Za-z]{50}$/);
  expect(await authenticate(token)).toMatchObject({
    id: serviceToken.id,
    organizations: new Set([ctx.organizationId]),
    permissions: new Set([chat]),
  });
  const told = [
    await listServiceTokens(deps, ctx, {}),
    await listAuditEvents(deps, ctx, {}),
    [...(await loadServiceTokens(deps.db.pool))],
  ];
  const secret = token.split("_")[2] ?? "";
  expect(JSON.stringify(told)).not.toContain(secret);
  const { rows } = await deps.db.pool.query<{ all: string }>(
    "select string_agg(t::text, '') as all from nexus.service_token t",
  );
  expect(rows[0]?.all).not.toContain(secret);
});

test("what is not exactly the token is nothing", async () => {
  const { token } = await create(owner());
  const forged = newToken("nxs", token.split("_")[1]).raw.reveal();
  for (const raw of [
    "",
    " ",
    token.slice(0, -1),
    `${token} `,
    token.toLowerCase(),
    forged,
    newToken("nxs").raw.reveal(),
    newToken("tpk").raw.reveal(),
  ]) {
    expect(await authenticate(raw)).toBeNull();
  }
  const snapshot = await loadServiceTokens(deps.db.pool);
  const otherPepper = openPepper(Buffer.alloc(32, 7).toString("base64"));
  expect(authenticateServiceToken({ snapshot, pepper: otherPepper }, token, deps.clock.now())).toBeNull();
});

test("after a rotation the old token works until the overlap ends; a second rotation ends it at once", async () => {
  const ctx = owner();
  const first = await create(ctx);
  const { id } = first.serviceToken;
  const second = await rotateServiceToken(deps, ctx, { id, overlapMs: hourMs });
  expect(second.serviceToken.id).toBe(id);
  expect(await authenticate(first.token)).not.toBeNull();
  expect(await authenticate(second.token)).not.toBeNull();
  deps.advance(hourMs + 1);
  expect(await authenticate(first.token)).toBeNull();
  expect(await authenticate(second.token)).not.toBeNull();
  const third = await rotateServiceToken(deps, ctx, { id, overlapMs: hourMs });
  const fourth = await rotateServiceToken(deps, ctx, { id, overlapMs: 0 });
  expect(await authenticate(second.token)).toBeNull();
  expect(await authenticate(third.token)).toBeNull();
  expect(await authenticate(fourth.token)).not.toBeNull();
});

test("revocation and expiry end a token and its predecessor", async () => {
  const ctx = owner();
  const first = await create(ctx, { expiresAt: new Date(deps.clock.now() + hourMs).toISOString() });
  const { id } = first.serviceToken;
  const second = await rotateServiceToken(deps, ctx, { id });
  deps.advance(hourMs + 1);
  expect(await authenticate(first.token)).toBeNull();
  expect(await authenticate(second.token)).toBeNull();
  await expect(rotateServiceToken(deps, ctx, { id })).rejects.toMatchObject({ code: "CONFLICT" });
  const other = await create(ctx);
  const rotated = await rotateServiceToken(deps, ctx, { id: other.serviceToken.id });
  const revoked = await revokeServiceToken(deps, ctx, { id: other.serviceToken.id });
  deps.advance(1_000);
  expect(await revokeServiceToken(deps, ctx, { id: other.serviceToken.id })).toEqual(revoked);
  const { events } = await listAuditEvents(deps, ctx, {});
  const told = events.filter(
    ({ action, target }) => action === "service-token.revoke" && target === other.serviceToken.id,
  );
  expect(told).toHaveLength(1);
  expect(await authenticate(other.token)).toBeNull();
  expect(await authenticate(rotated.token)).toBeNull();
  await expect(rotateServiceToken(deps, ctx, { id: other.serviceToken.id })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await expect(create(ctx, { expiresAt: new Date(0).toISOString() })).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("headers select within the grants, and every refusal is the same", () => {
  const token = (grants: Partial<ServiceToken>): ServiceToken => ({
    id: "nst_1",
    label: "x",
    organizations: new Set(["org_a", "org_b"]),
    apps: null,
    permissions: new Set(),
    ...grants,
  });
  expect(selectGrant(token({}), "org_a")).toEqual({ organizationId: "org_a", appId: undefined });
  expect(selectGrant(token({}), "org_b", "srv_x")).toEqual({ organizationId: "org_b", appId: "srv_x" });
  expect(selectGrant(token({ organizations: null }), "org_z")).not.toBeNull();
  const apps = new Set(["srv_x"]);
  expect(selectGrant(token({ apps }), "org_a", "srv_x")).not.toBeNull();
  const refused = [
    ...["", "org_c", "ORG_A", " org_a", "org_a ", "org_a,org_b", "org_а", "__proto__"].map((id) =>
      selectGrant(token({}), id),
    ),
    selectGrant(token({ organizations: null }), ""),
    selectGrant(token({ apps }), "org_a"),
    selectGrant(token({ apps }), "org_a", "srv_y"),
    selectGrant(token({ organizations: new Set(), apps: new Set() }), "org_a", "srv_x"),
  ];
  expect(new Set(refused)).toEqual(new Set([null]));
});

test("nobody gives away what they do not hold", async () => {
  const ctx = owner();
  const tries = [
    { organizations: "all" },
    { organizations: ["org_other"] },
    { organizations: [ctx.organizationId, "org_other"] },
    { permissions: [chat, "srv_nexus.budgets:write"] },
  ];
  for (const more of tries) await expect(create(ctx, more)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  for (const more of [
    { permissions: [] },
    { permissions: ["*"] },
    { organizations: [] },
    { apps: ["nexus"] },
    { organizationId: "org_x" },
  ]) {
    await expect(create(ctx, more)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  }
  expect((await listServiceTokens(deps, ctx, {})).serviceTokens).toEqual([]);
  const shared = await create(platformSuperAdmin(), { organizations: "all", permissions: ["srv_nexus.budgets:write"] });
  expect(await authenticate(shared.token)).toMatchObject({ organizations: null });
});

test("another organization's token does not exist; the operators' own exist for the platform super-admin", async () => {
  const mine = await create(owner());
  const operators = await createTokenAsOperator(deps, {
    label: "first",
    organizations: "all",
    apps: "all",
    permissions: [chat],
  });
  expect(await authenticate(operators.token)).not.toBeNull();
  const stranger = owner();
  const outcomes = await Promise.allSettled(
    [mine, operators, { serviceToken: { id: `nst_${"0".repeat(24)}` } }].flatMap(({ serviceToken: { id } }) => [
      rotateServiceToken(deps, stranger, { id }),
      revokeServiceToken(deps, stranger, { id }),
    ]),
  );
  const shown = outcomes.map((outcome) =>
    JSON.stringify(outcome.status === "rejected" ? { ...outcome.reason, m: outcome.reason.message } : "done"),
  );
  expect(new Set(shown).size).toBe(1);
  expect(shown[0]).toContain("NOT_FOUND");
  expect((await listServiceTokens(deps, stranger, {})).serviceTokens).toEqual([]);
  expect((await listAuditEvents(deps, stranger, {})).events).toEqual([]);
  const seen = (await listServiceTokens(deps, platformSuperAdmin(), {})).serviceTokens.map(({ id }) => id);
  expect(seen).toContain(operators.serviceToken.id);
  expect(seen).not.toContain(mine.serviceToken.id);
  await revokeServiceToken(deps, platformSuperAdmin(), { id: operators.serviceToken.id });
  expect(await authenticate(operators.token)).toBeNull();
});

test("a revocation reaches the snapshot; use does not disturb it", async () => {
  const ctx = owner();
  const { serviceToken, token } = await create(ctx);
  const snapshot = await createSnapshot({
    name: "service tokens",
    load: () => loadServiceTokens(deps.db.pool),
    feed: deps.feed,
    topics: serviceTokenTopics,
    log: deps.log,
  });
  const known = () =>
    authenticateServiceToken({ snapshot: snapshot.current(), pepper: deps.pepper }, token, deps.clock.now());
  expect(known()).not.toBeNull();
  // Until the news of the creation itself has come in.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const loaded = snapshot.current();
  const use = openServiceTokenUse(deps);
  use.used(serviceToken.id);
  await use.close();
  expect((await listServiceTokens(deps, ctx, {})).serviceTokens[0]?.lastUsedAt).not.toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(snapshot.current()).toBe(loaded);
  await revokeServiceToken(deps, ctx, { id: serviceToken.id });
  await expect.poll(known).toBeNull();
  snapshot.close();
});
