import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  keyEntry,
  openTestCredentialDeps,
  platformSuperAdmin,
  type TestCredentialDeps,
} from "../../../test/credential-deps.ts";
import { testContext } from "../../../test/deps.ts";
import { openKeyring } from "../../platform/crypto/index.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { createKey, rotateKey, setKeyStatus } from "../keys/index.ts";
import {
  credentialTopics,
  keyringState,
  loadCredentials,
  openCredential,
  resolveCredentials,
  rewrapAll,
  setOrganizationOverride,
  setOrganizationOverrideStatus,
  setPlatformDefault,
  type CredentialRef,
} from "./index.ts";

const oldKey = keyEntry("old");
const newKey = keyEntry("new");
const admin = platformSuperAdmin();
let deps: TestCredentialDeps;
let ctx = testContext();

beforeAll(async () => {
  deps = await openTestCredentialDeps(undefined, oldKey);
  await setPlatformDefault(deps, admin, { vendor: "openai", secret: { apiKey: "sk-platform" } });
});

afterAll(() => deps.close());

beforeEach(() => {
  ctx = testContext();
});

const refs = async (): Promise<CredentialRef[]> =>
  resolveCredentials(await loadCredentials(deps.db.pool), ctx.organizationId, "openai");
const first = async (): Promise<CredentialRef> => {
  const [ref] = await refs();
  if (!ref) throw new Error("no credential");
  return ref;
};
const sealedError = expect.objectContaining({ code: "SEALED" });

test("own key, then override, then platform default; disabled ones are passed over", async () => {
  const tiers = async () => (await refs()).map(({ tier }) => tier);
  expect(await tiers()).toEqual(["platform_default"]);
  await setOrganizationOverride(deps, ctx, { vendor: "openai", secret: { apiKey: "sk-override" } });
  const key = await createKey(deps, ctx, { vendor: "openai", label: "a", secret: { apiKey: "sk-own" } });
  await createKey(deps, ctx, { vendor: "openai", label: "standby", secret: { apiKey: "sk-standby" } });
  expect(await tiers()).toEqual(["byok", "org_override", "platform_default"]);
  expect((await refs()).map((ref) => openCredential(deps.secretBox, ref).apiKey)).toEqual([
    "sk-own",
    "sk-override",
    "sk-platform",
  ]);
  expect((await first()).id).toBe(key.id);
  await setOrganizationOverrideStatus(deps, ctx, { vendor: "openai", status: "disabled" });
  expect(await tiers()).toEqual(["byok", "platform_default"]);
  ctx = testContext();
  expect(await tiers()).toEqual(["platform_default"]);
  expect(resolveCredentials(await loadCredentials(deps.db.pool), ctx.organizationId, "twofold")).toEqual([]);
});

test("a change reaches the snapshot", async () => {
  const snapshot = await createSnapshot({
    name: "credentials",
    load: () => loadCredentials(deps.db.pool),
    feed: deps.feed,
    topics: credentialTopics,
    log: deps.log,
  });
  const versions = () =>
    resolveCredentials(snapshot.current(), ctx.organizationId, "openai").map(({ version }) => version);
  const key = await createKey(deps, ctx, { vendor: "openai", label: "a", secret: { apiKey: "sk-1" } });
  await expect.poll(versions).toEqual([1, 1]);
  await rotateKey(deps, ctx, { id: key.id, secret: { apiKey: "sk-2" } });
  await expect.poll(versions).toEqual([2, 1]);
  await setKeyStatus(deps, ctx, { id: key.id, status: "disabled" });
  await expect.poll(versions).toEqual([1]);
  snapshot.close();
});

test("a snapshot printed in full shows no secret", async () => {
  await createKey(deps, ctx, { vendor: "openai", label: "a", secret: { apiKey: "sk-canary" } });
  const ref = await first();
  expect(JSON.stringify(ref)).not.toContain("canary");
  expect(Buffer.concat([ref.sealed.ciphertext, ref.sealed.wrappedKey]).includes("canary")).toBe(false);
});

test("ciphertext swapped between rows does not open", async () => {
  const a = await createKey(deps, ctx, { vendor: "openai", label: "a", secret: { apiKey: "sk-a" } });
  const b = await createKey(deps, testContext(), { vendor: "openai", label: "b", secret: { apiKey: "sk-b" } });
  await deps.db.pool.query(
    "update nexus.api_keys x set wrapped_key = y.wrapped_key, ciphertext = y.ciphertext from nexus.api_keys y where x.id = $1 and y.id = $2",
    [a.id, b.id],
  );
  const stolen = await first();
  expect(() => openCredential(deps.secretBox, stolen)).toThrow(sealedError);
});

test.each([
  "base_url = 'https://evil.test'",
  "allowed_host = 'evil.test'",
  "version = version + 1",
  "organization_id = 'org_thief'",
])("a row edited with %s does not open", async (edit) => {
  const { id } = await createKey(deps, ctx, { vendor: "openai", label: "a", secret: { apiKey: "sk-a" } });
  await deps.db.pool.query(`update nexus.api_keys set ${edit} where id = $1`, [id]);
  const snapshot = await loadCredentials(deps.db.pool);
  const edited = [...snapshot.byOwner.values()].flat().find((ref) => ref.id === id);
  expect(edited).toBeDefined();
  if (edited) expect(() => openCredential(deps.secretBox, edited)).toThrow(sealedError);
  await deps.db.pool.query("delete from nexus.api_keys where id = $1", [id]);
});

test("a missing or wrong key is seen at the start, and refuses use alone", async () => {
  const { pool } = deps.db;
  const ref = await first();
  expect((await keyringState(pool, deps.secretBox)).state).toBe("open");
  for (const box of [openKeyring(undefined), openKeyring(keyEntry("old"))]) {
    expect((await keyringState(pool, box)).state).toBe("sealed");
    expect(() => openCredential(box, ref)).toThrow(sealedError);
  }
  for (const secretBox of [openKeyring(undefined), openKeyring(newKey)]) {
    expect(await rewrapAll({ ...deps, secretBox })).toMatchObject({ rewrapped: 0, remaining: [{ known: false }] });
  }
  expect(openCredential(deps.secretBox, await first())).toEqual({ apiKey: "sk-platform" });
});

test("rotation of the encryption key resumes after a kill and passes over what does not open", async () => {
  const { pool } = deps.db;
  await pool.query("delete from nexus.api_keys");
  for (let n = 0; n < 120; n += 1) {
    await createKey(deps, testContext(), { vendor: "openai", label: "a", secret: { apiKey: `sk-${n}` } });
  }
  const kept = await createKey(deps, ctx, { vendor: "openai", label: "kept", secret: { apiKey: "sk-kept" } });
  const edited = await createKey(deps, testContext(), {
    vendor: "openai",
    label: "edited",
    secret: { apiKey: "sk-edited" },
  });
  await pool.query("update nexus.api_keys set allowed_host = 'evil.test' where id = $1", [edited.id]);
  const both = openKeyring(`${newKey},${oldKey}`);

  let connections = 0;
  const killed = {
    ...deps,
    db: {
      ...deps.db,
      pool: new Proxy(pool, {
        get: (target, property) => {
          // The first transaction goes through, the second never begins.
          if (property === "connect" && (connections += 1) > 1) return () => Promise.reject(new Error("killed"));
          const value: unknown = Reflect.get(target, property);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
    },
  };
  await expect(rewrapAll({ ...killed, secretBox: both })).rejects.toThrow("killed");
  const halfway = await keyringState(pool, both);
  expect(halfway.keys).toHaveLength(2);
  expect((await keyringState(pool, openKeyring(newKey))).state).toBe("partly");
  expect(openCredential(both, await first())).toEqual({ apiKey: "sk-kept" });

  const { rewrapped, broken, remaining } = await rewrapAll({ ...deps, secretBox: both });
  expect(rewrapped).toBeGreaterThan(50);
  expect(broken).toEqual([edited.id]);
  expect(remaining).toMatchObject([{ secrets: 1, known: true }]);
  const moved = await first();
  expect(moved).toMatchObject({ id: kept.id, version: 1 });
  expect(openCredential(openKeyring(newKey), moved)).toEqual({ apiKey: "sk-kept" });
  expect((await rewrapAll({ ...deps, secretBox: both })).rewrapped).toBe(0);
});

test("opening takes microseconds", async () => {
  const ref = await first();
  const box = openKeyring(`${newKey},${oldKey}`);
  for (let n = 0; n < 2_000; n += 1) openCredential(box, ref);
  const rounds: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const startedAt = performance.now();
    for (let n = 0; n < 200; n += 1) openCredential(box, ref);
    rounds.push(((performance.now() - startedAt) * 1_000) / 200);
  }
  const best = Math.min(...rounds);
  // Ten times the goal: a shared machine must not fail the suite, a lost key cache or a slow cipher must.
  expect(best).toBeLessThan(200);
});
