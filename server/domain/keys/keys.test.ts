import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openTestCredentialDeps, type TestCredentialDeps } from "../../../test/credential-deps.ts";
import { testContext } from "../../../test/deps.ts";
import { listAuditEvents } from "../audit/index.ts";
import { createKey, deleteKey, listKeys, listKeyVendors, rotateKey, setKeyStatus, setPrimaryKey } from "./index.ts";

let deps: TestCredentialDeps;

beforeAll(async () => {
  deps = await openTestCredentialDeps();
});

afterAll(() => deps.close());

const secret = { apiKey: "sk-canary-1" };
const create = (ctx: ReturnType<typeof testContext>, label: string, primary = false) =>
  createKey(deps, ctx, { vendor: "openai", label, secret, primary });
const primaries = async (ctx: ReturnType<typeof testContext>) =>
  (await listKeys(deps, ctx, {})).keys.filter(({ primary }) => primary).map(({ label }) => label);
const actions = async (ctx: ReturnType<typeof testContext>) =>
  (await listAuditEvents(deps, ctx, {})).events.map(({ action }) => action).reverse();

test("a key is stored, told of and audited without its secret", async () => {
  const ctx = testContext();
  const key = await create(ctx, "production");
  expect(key).toMatchObject({
    tier: "byok",
    vendor: "openai",
    label: "production",
    version: 1,
    status: "active",
    primary: true,
    sealed: false,
  });
  const told = JSON.stringify([key, await listKeys(deps, ctx, {}), await listAuditEvents(deps, ctx, {})]);
  expect(told).not.toContain("canary");
  expect(await actions(ctx)).toEqual(["key.create"]);
});

test("the vendors are listed by name, with what their secrets consist of and what may be left out", async () => {
  const text = z.string();
  const described = z.strictObject({
    apiKey: text.describe("Secret key"),
    project: text.describe("Project id").optional(),
    region: text.optional().describe("Region"),
    other: text,
  });
  const vendor = { credential: described, defaultBaseUrl: "https://one.test", customBaseUrl: true };
  const vendors = new Map([
    [
      "two",
      {
        ...vendor,
        id: "two",
        name: "Two",
        credential: z.object({}),
        addresses: ["https://eu.one.test"],
        customBaseUrl: false,
      },
    ],
    ["one", { ...vendor, id: "one", name: "One" }],
    [
      "own",
      {
        ...vendor,
        id: "own",
        name: "Own",
        credential: z.object({}),
        customBaseUrl: false,
        addressForm: {
          pattern: /^https:\/\/[a-z]+\.one\.test$/,
          expected: "your account's, such as https://ann.one.test",
        },
      },
    ],
  ]);
  expect(await listKeyVendors({ vendors }, testContext(), {})).toEqual({
    vendors: [
      {
        id: "one",
        name: "One",
        addresses: ["https://one.test"],
        addressForm: null,
        customBaseUrl: true,
        fields: [
          { name: "apiKey", description: "Secret key", required: true },
          { name: "project", description: "Project id", required: false },
          { name: "region", description: "Region", required: false },
          { name: "other", description: null, required: true },
        ],
        test: null,
      },
      {
        id: "own",
        name: "Own",
        addresses: [],
        addressForm: "your account's, such as https://ann.one.test",
        customBaseUrl: false,
        fields: [],
        test: null,
      },
      {
        id: "two",
        name: "Two",
        addresses: ["https://one.test", "https://eu.one.test"],
        addressForm: null,
        customBaseUrl: false,
        fields: [],
        test: null,
      },
    ],
  });
});

test("no column of the database holds a secret in the clear", async () => {
  await create(testContext(), "clear");
  const { rows } = await deps.db.pool.query<{ all: string }>(
    "select string_agg(t::text, '') || string_agg(encode(ciphertext, 'escape'), '') as all from nexus.api_keys t",
  );
  expect(rows[0]?.all).not.toContain("canary");
});

test("the same secret has the same fingerprint within an organization and another one elsewhere", async () => {
  const ctx = testContext();
  const [first, second, elsewhere] = [await create(ctx, "a"), await create(ctx, "b"), await create(testContext(), "a")];
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(elsewhere.fingerprint).not.toBe(first.fingerprint);
  expect(first.fingerprint).toMatch(/^[0-9a-f]{8}$/);
});

test("one active key is the primary: the first, then the chosen, then the newest left", async () => {
  const ctx = testContext();
  const a = await create(ctx, "a");
  const b = await create(ctx, "b");
  await create(ctx, "c");
  expect(await primaries(ctx)).toEqual(["a"]);
  await setPrimaryKey(deps, ctx, { id: b.id });
  expect(await primaries(ctx)).toEqual(["b"]);
  await setKeyStatus(deps, ctx, { id: b.id, status: "disabled" });
  expect(await primaries(ctx)).toEqual(["c"]);
  await expect(setPrimaryKey(deps, ctx, { id: b.id })).rejects.toMatchObject({ code: "CONFLICT" });
  await create(ctx, "d", true);
  expect(await primaries(ctx)).toEqual(["d"]);
  const d = (await listKeys(deps, ctx, {})).keys.find(({ label }) => label === "d");
  await deleteKey(deps, ctx, { id: d?.id ?? "" });
  expect(await primaries(ctx)).toEqual(["c"]);
  await setKeyStatus(deps, ctx, { id: b.id, status: "active" });
  expect(await primaries(ctx)).toEqual(["c"]);
  await deleteKey(deps, ctx, { id: a.id });
  expect(await actions(ctx)).toEqual([
    "key.create",
    "key.create",
    "key.create",
    "key.promote",
    "key.disable",
    "key.promote",
    "key.create",
    "key.delete",
    "key.promote",
    "key.enable",
    "key.delete",
  ]);
});

test("twenty keys stored at once leave one primary, and the twenty-first is refused", async () => {
  const ctx = testContext();
  await Promise.all(Array.from({ length: 20 }, (_, n) => create(ctx, `k${n}`, n % 2 === 0)));
  expect(await primaries(ctx)).toHaveLength(1);
  await expect(create(ctx, "one too many")).rejects.toMatchObject({ code: "CONFLICT" });
});

test("rotation counts versions and keeps the rest", async () => {
  const ctx = testContext();
  const key = await create(ctx, "a");
  const rotated = await rotateKey(deps, ctx, { id: key.id, secret: { apiKey: "sk-canary-2" } });
  expect(rotated).toMatchObject({ id: key.id, version: 2, label: "a", primary: true });
  expect(rotated.rotatedAt).not.toBeNull();
  expect(rotated.fingerprint).not.toBe(key.fingerprint);
});

test("a chosen address stays over a rotation; a new one comes only with the secret", async () => {
  const ctx = testContext();
  const key = await createKey(deps, ctx, {
    vendor: "vllm",
    label: "a",
    secret,
    baseUrl: "https://gpu.acme.test/v1/",
  });
  expect(key.baseUrl).toBe("https://gpu.acme.test/v1");
  expect((await rotateKey(deps, ctx, { id: key.id, secret })).baseUrl).toBe("https://gpu.acme.test/v1");
  const moved = await rotateKey(deps, ctx, { id: key.id, secret, baseUrl: "https://gpu2.acme.test" });
  expect(moved.baseUrl).toBe("https://gpu2.acme.test");
  // @ts-expect-error an address without the secret is not a rotation
  await expect(rotateKey(deps, ctx, { id: key.id, baseUrl: "https://evil.test" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});

test("another organization's key does not exist, whatever is tried", async () => {
  const owner = testContext();
  const stranger = testContext();
  const { id } = await create(owner, "a");
  const before = await listKeys(deps, owner, {});
  const absent = `vkey_${"0".repeat(32)}`;
  const tries = (key: string) => [
    rotateKey(deps, stranger, { id: key, secret }),
    setKeyStatus(deps, stranger, { id: key, status: "disabled" }),
    setPrimaryKey(deps, stranger, { id: key }),
    deleteKey(deps, stranger, { id: key }),
  ];
  const refusals = await Promise.allSettled([...tries(id), ...tries(absent)]);
  const shown = refusals.map((refusal) =>
    JSON.stringify(refusal.status === "rejected" ? { ...refusal.reason, m: refusal.reason.message } : "done"),
  );
  expect(new Set(shown).size).toBe(1);
  expect(shown[0]).toContain("NOT_FOUND");
  expect(await listKeys(deps, owner, {})).toEqual(before);
  expect((await listKeys(deps, stranger, {})).keys).toEqual([]);
  expect(await actions(stranger)).toEqual([]);
});

test.each([
  { vendor: "unknown", label: "a", secret },
  { vendor: "openai", label: "", secret },
  { vendor: "openai", label: "a", secret: {} },
  { vendor: "openai", label: "a", secret: { apiKey: "x" } },
  { vendor: "openai", label: "a", secret: { ...secret, "sk-canary-as-name": "y" } },
  { vendor: "openai", label: "a", secret, baseUrl: "https://elsewhere.test" },
  { vendor: "vllm", label: "a", secret, baseUrl: "http://10.0.0.1" },
  { vendor: "vllm", label: "a", secret, baseUrl: "file:///etc/passwd" },
  { vendor: "openai", label: "a", secret, organizationId: "org_other" },
])("refuses the input %#, without repeating it", async (input) => {
  const ctx = testContext();
  const refused = await createKey(deps, ctx, input).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: "INVALID_INPUT" });
  expect(JSON.stringify(refused)).not.toContain("canary");
  expect((await listKeys(deps, ctx, {})).keys).toEqual([]);
});

test("where the audit trail cannot be written nothing changes", async () => {
  const ctx = testContext();
  await deps.db.pool.query(
    "alter table nexus.audit_event add constraint blocked check (organization_id <> '" + ctx.organizationId + "')",
  );
  await expect(create(ctx, "a")).rejects.toThrow();
  expect((await listKeys(deps, ctx, {})).keys).toEqual([]);
});
