import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  keyEntry,
  openTestCredentialDeps,
  platformSuperAdmin,
  type TestCredentialDeps,
} from "../../../test/credential-deps.ts";
import { testContext } from "../../../test/deps.ts";
import { openKeyring } from "../../platform/crypto/index.ts";
import { listAuditEvents } from "../audit/index.ts";
import {
  deleteOrganizationOverride,
  listOrganizationOverrides,
  listPlatformDefaults,
  openCredentialUse,
  movePlatformDefaults,
  requirePlatformSuperAdmin,
  rotateOrganizationOverride,
  rotatePlatformDefault,
  seedPlatformDefaults,
  setOrganizationOverride,
  setOrganizationOverrideStatus,
  setPlatformDefault,
  setPlatformDefaultStatus,
} from "./index.ts";

let deps: TestCredentialDeps;
let logged = "";
const admin = platformSuperAdmin();
const secret = { apiKey: "sk-canary-1" };

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  deps = await openTestCredentialDeps(pino({ level: "trace" }, sink));
});

afterAll(() => deps.close());

test("only the configured account with its role in the admin organization is the platform super-admin [N5, X3]", () => {
  const configured = deps.platformSuperAdminUserId;
  const { actor } = admin;
  if (actor.kind !== "user") throw new Error("a user");
  expect(() => requirePlatformSuperAdmin(admin, configured)).not.toThrow();
  const others = [
    { ...admin, organizationSlug: "acme" },
    { ...admin, actor: { ...actor, role: "platform_admin" } },
    { ...admin, actor: { ...actor, role: "owner" } },
    { ...admin, actor: { ...actor, userId: "usr_other" } },
    { ...admin, actor: { kind: "service" as const, tokenId: "nst_1", userId: actor.userId } },
    { ...admin, actor: { kind: "api_key" as const, keyId: "key_1", userId: actor.userId } },
  ];
  for (const ctx of others) {
    expect(() => requirePlatformSuperAdmin(ctx, configured)).toThrow(expect.objectContaining({ code: "SCOPE_DENIED" }));
  }
  for (const unset of [undefined, ""]) {
    expect(() => requirePlatformSuperAdmin(admin, unset)).toThrow(expect.objectContaining({ code: "SCOPE_DENIED" }));
  }
});

test("a platform default has a fixed id, versions, a status, and audit rows", async () => {
  const created = await setPlatformDefault(deps, admin, { vendor: "openai", secret });
  expect(created).toMatchObject({
    id: "pcred_platform_openai",
    tier: "platform_default",
    version: 1,
    status: "active",
  });
  const rotated = await rotatePlatformDefault(deps, admin, { vendor: "openai", secret: { apiKey: "sk-canary-2" } });
  expect(rotated).toMatchObject({ id: "pcred_platform_openai", version: 2 });
  expect((await setPlatformDefaultStatus(deps, admin, { vendor: "openai", status: "disabled" })).status).toBe(
    "disabled",
  );
  expect((await setPlatformDefaultStatus(deps, admin, { vendor: "openai", status: "active" })).status).toBe("active");
  const listed = await listPlatformDefaults(deps, admin, {});
  expect(listed.credentials.map(({ id }) => id)).toEqual(["pcred_platform_openai"]);
  const { events } = await listAuditEvents(deps, admin, { target: "pcred_platform_openai" });
  expect(events.map(({ action }) => action).reverse()).toEqual([
    "credential.create",
    "credential.rotate",
    "credential.disable",
    "credential.enable",
  ]);
  expect(JSON.stringify([created, rotated, listed, events])).not.toContain("canary");
});

test("nobody else touches or sees platform defaults [N5]", async () => {
  const ctx = testContext();
  const tries = await Promise.allSettled([
    setPlatformDefault(deps, ctx, { vendor: "vllm", secret }),
    rotatePlatformDefault(deps, ctx, { vendor: "openai", secret }),
    setPlatformDefaultStatus(deps, ctx, { vendor: "openai", status: "disabled" }),
    listPlatformDefaults(deps, ctx, {}),
    setPlatformDefault({ ...deps, platformSuperAdminUserId: undefined }, admin, { vendor: "vllm", secret }),
  ]);
  for (const outcome of tries) expect(outcome).toMatchObject({ status: "rejected", reason: { code: "SCOPE_DENIED" } });
});

test("a platform default cannot take another id, not even in the database", async () => {
  await expect(
    deps.db.pool.query("update nexus.provider_credentials set id = 'pcred_mine' where organization_id is null"),
  ).rejects.toThrow("provider_credentials_id");
});

test("an override lives, rotates, sleeps and dies within its organization", async () => {
  const ctx = testContext();
  await expect(rotateOrganizationOverride(deps, ctx, { vendor: "openai", secret })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const created = await setOrganizationOverride(deps, ctx, { vendor: "openai", secret });
  expect(created).toMatchObject({ tier: "org_override", version: 1 });
  expect((await setOrganizationOverride(deps, ctx, { vendor: "openai", secret })).version).toBe(2);
  expect((await rotateOrganizationOverride(deps, ctx, { vendor: "openai", secret })).version).toBe(3);
  expect((await setOrganizationOverrideStatus(deps, ctx, { vendor: "openai", status: "disabled" })).status).toBe(
    "disabled",
  );
  expect((await listOrganizationOverrides(deps, ctx, {})).credentials).toHaveLength(1);
  expect((await listOrganizationOverrides(deps, testContext(), {})).credentials).toEqual([]);
  expect(await deleteOrganizationOverride(deps, ctx, { vendor: "openai" })).toEqual({ id: created.id });
  await expect(deleteOrganizationOverride(deps, ctx, { vendor: "openai" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("another organization's override exists only for the platform super-admin", async () => {
  const owner = testContext();
  const stranger = testContext();
  const { organizationId } = owner;
  await setOrganizationOverride(deps, admin, { organizationId, vendor: "openai", secret });
  const tries = await Promise.allSettled([
    setOrganizationOverride(deps, stranger, { organizationId, vendor: "openai", secret }),
    rotateOrganizationOverride(deps, stranger, { organizationId, vendor: "openai", secret }),
    setOrganizationOverrideStatus(deps, stranger, { organizationId, vendor: "openai", status: "disabled" }),
    deleteOrganizationOverride(deps, stranger, { organizationId, vendor: "openai" }),
    listOrganizationOverrides(deps, stranger, { organizationId }),
  ]);
  for (const outcome of tries) expect(outcome).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
  expect((await listOrganizationOverrides(deps, owner, {})).credentials).toMatchObject([
    { version: 1, status: "active" },
  ]);
});

test("the environment seeds no secret that a header cannot carry", async () => {
  const entries = new Map([["vllm", { secret: { apiKey: "sk-canary-env\n" }, baseUrl: "https://inside.test" }]]);
  const reason = expect.stringMatching(/^secret\.apiKey: .*without blanks or line breaks/);
  expect(await seedPlatformDefaults(deps, entries)).toMatchObject({
    seeded: [],
    refused: [{ vendor: "vllm", reason }],
  });
});

test("the environment seeds missing platform defaults and nothing else", async () => {
  const before = await listPlatformDefaults(deps, admin, {});
  await setPlatformDefaultStatus(deps, admin, { vendor: "openai", status: "disabled" });
  const entries = new Map([
    ["openai", { secret: { apiKey: "sk-canary-env" }, baseUrl: undefined }],
    ["vllm", { secret: { apiKey: "sk-canary-env" }, baseUrl: "https://inside.test" }],
    ["twofold", { secret: { apiKey: "sk-canary-env" }, baseUrl: undefined }],
    ["nobody", { secret: { apiKey: "sk-canary-env" }, baseUrl: undefined }],
  ]);
  const [first, second] = await Promise.all([seedPlatformDefaults(deps, entries), seedPlatformDefaults(deps, entries)]);
  expect([...first.seeded, ...second.seeded]).toEqual(["vllm"]);
  expect(first.kept).toContain("openai");
  expect(first.refused.map(({ vendor }) => vendor)).toEqual(["twofold", "nobody"]);
  expect(await seedPlatformDefaults(deps, entries)).toMatchObject({ seeded: [], kept: ["openai", "vllm"] });
  const after = await listPlatformDefaults(deps, admin, {});
  expect(after.credentials.find(({ vendor }) => vendor === "openai")).toMatchObject({
    version: before.credentials[0]?.version,
    fingerprint: before.credentials[0]?.fingerprint,
    status: "disabled",
  });
  expect(after.credentials.find(({ vendor }) => vendor === "vllm")?.baseUrl).toBe("https://inside.test");
  const { rows } = await deps.db.pool.query(
    "select actor_kind, organization_id, target from nexus.audit_event where action = 'credential.seed'",
  );
  expect(rows).toEqual([{ actor_kind: "system", organization_id: null, target: "pcred_platform_vllm" }]);
  expect(JSON.stringify([first, second, after])).not.toContain("canary");
});

test("a platform default follows its secret to another address, and one with another secret stays where it is", async () => {
  const entry = (baseUrl: string) => new Map([["vllm", { secret: { apiKey: "sk-canary-env" }, baseUrl }]]);
  const known = async () =>
    (await listPlatformDefaults(deps, admin, {})).credentials.find(({ vendor }) => vendor === "vllm");
  const before = await known();
  expect(await movePlatformDefaults(deps, entry("https://inside.test"))).toEqual([]);
  expect(await movePlatformDefaults(deps, entry("https://elsewhere.test"))).toEqual(["vllm"]);
  expect(await known()).toMatchObject({
    baseUrl: "https://elsewhere.test",
    version: (before?.version ?? 0) + 1,
    fingerprint: before?.fingerprint,
    status: "active",
  });
  const foreign = new Map([["vllm", { secret: { apiKey: "sk-canary-other" }, baseUrl: "https://third.test" }]]);
  expect(await movePlatformDefaults(deps, foreign)).toEqual([]);
  expect((await known())?.baseUrl).toBe("https://elsewhere.test");
  expect(await movePlatformDefaults(deps, entry("http://10.0.0.1"))).toEqual([]);
  const { rows } = await deps.db.pool.query(
    "select actor_kind, target, details->>'wasBaseUrl' as was from nexus.audit_event where action = 'credential.move'",
  );
  expect(rows).toEqual([{ actor_kind: "system", target: "pcred_platform_vllm", was: "https://inside.test" }]);
});

test("without the encryption key metadata can be read and nothing is stored", async () => {
  const shut = { ...deps, secretBox: openKeyring(undefined) };
  const listed = await listPlatformDefaults(shut, admin, {});
  expect(listed.credentials.every(({ sealed }) => sealed)).toBe(true);
  await expect(rotatePlatformDefault(shut, admin, { vendor: "openai", secret })).rejects.toMatchObject({
    code: "SEALED",
  });
  expect((await listPlatformDefaults(deps, admin, {})).credentials.map(({ version }) => version)).toEqual(
    listed.credentials.map(({ version }) => version),
  );
  const seeded = await seedPlatformDefaults(
    shut,
    new Map([["twofold", { secret: { apiKey: "x" }, baseUrl: undefined }]]),
  );
  expect(seeded.seeded).toEqual([]);
  const wrong = { ...deps, secretBox: openKeyring(keyEntry("k1")) };
  expect((await listPlatformDefaults(wrong, admin, {})).credentials.every(({ sealed }) => sealed)).toBe(true);
});

test("use is written down in batches and wakes no snapshot", async () => {
  let woken = 0;
  const off = deps.feed.on("provider_credentials", () => (woken += 1));
  const use = openCredentialUse(deps);
  for (let n = 0; n < 100; n += 1) use.used("pcred_platform_openai");
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = woken;
  await use.flush();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(woken).toBe(before);
  const row = (await listPlatformDefaults(deps, admin, {})).credentials.find(({ vendor }) => vendor === "openai");
  expect(row?.lastUsedAt).not.toBeNull();
  await use.close();
  off();
});

test("no log line holds a secret", () => {
  expect(logged).toContain("not seeded");
  expect(logged).not.toContain("canary");
});
