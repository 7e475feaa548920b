import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { hash } from "node:crypto";
import type { CallContext } from "../contracts/call-context.ts";
import { seedPlatformDefaults, setOrganizationOverride } from "../domain/credentials/index.ts";
import { createKey } from "../domain/keys/index.ts";
import { setPrice } from "../domain/pricing/index.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import { call } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { canaryKey } from "../../test/canary-key.ts";

// The only vendors whose address an organization may choose stand at its own machines, so prices come from overrides.
const model = "compatible/house-model";

/** The vendor key of the run stands in each of them, so a leak of any is found. */
const keys = {
  platform: `${canaryKey()}-platform`,
  own: `${canaryKey()}-own`,
  override: `${canaryKey()}-override`,
} as const;

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway();
  const administrator = test.context({
    actor: {
      kind: "user",
      userId: "usr_root",
      sessionId: "ses_root",
      role: "platform_super_admin",
      platformBypass: true,
    },
  });
  await setPrice(test.deps, administrator, {
    vendor: "compatible",
    model: "house-model",
    organizationId: null,
    prices: { input: "1000000000", output: "2000000000" },
  });
  const { compatible } = test.sandbox.baseUrls;
  await seedPlatformDefaults(
    test.deps,
    new Map([["compatible", { secret: { apiKey: keys.platform }, baseUrl: compatible }]]),
  );
  await test.refresh();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh();
});

const ask = (ctx: CallContext) =>
  call(gateway, generateTextRequest({ model, prompt: "Who pays?", maxOutputTokens: 20 }), ctx);
const secretOf = (apiKey: string) => ({ secret: { apiKey }, baseUrl: test.sandbox.baseUrls.compatible });
const digestOf = (key: string) => hash("sha256", key).slice(0, 12);

const keysSeen = () => test.sandbox.requests().map(({ keyDigest }) => keyDigest);

/** An organization with a credential in each of these tiers. */
const organization = async (
  tiers: readonly ("byok" | "org_override")[],
  overrides: Partial<CallContext> = {},
): Promise<CallContext> => {
  const ctx = test.context(overrides);
  if (tiers.includes("byok"))
    await createKey(test.deps, ctx, { vendor: "compatible", label: "own", ...secretOf(keys.own) });
  if (tiers.includes("org_override"))
    await setOrganizationOverride(test.deps, ctx, { vendor: "compatible", ...secretOf(keys.override) });
  await test.refresh();
  return ctx;
};

const consent = async (ctx: CallContext): Promise<void> => {
  await setPreferences(test.deps, ctx, { revision: 0, byokPolicy: "fallback-with-consent" });
  await test.refresh();
};

it.each([
  [["byok", "org_override"], "byok", keys.own],
  [["org_override"], "org_override", keys.override],
  [[], "platform_default", keys.platform],
] as const)("with %j the first tier that there is pays: %s", async (tiers, tier, key) => {
  const ctx = await organization(tiers);
  const { facts } = await ask(ctx);
  expect(facts.credentialTier).toBe(tier);
  expect(keysSeen()).toEqual([digestOf(key)]);
  expect(await test.row(facts.operationId)).toMatchObject({ state: "settled", tier });
});

it("a key of one's own that fails is not replaced by anyone else's money", async () => {
  const ctx = await organization(["byok", "org_override"]);
  test.sandbox.settings.keys = { compatible: [keys.override, keys.platform] };
  await expect(ask(ctx)).rejects.toMatchObject({ code: "PROVIDER_AUTH_FAILED", effect: "none" });
  expect(keysSeen()).toEqual([digestOf(keys.own)]);
  expect(await test.rows(ctx.organizationId)).toMatchObject([
    { state: "released", cost: 0n, booked: 0n, tier: "byok" },
  ]);
  // The circuit of that credential stays open: the vendor is not asked again, and nobody else pays.
  await expect(ask(ctx)).rejects.toMatchObject({ code: "PROVIDER_AUTH_FAILED", effect: "none" });
  expect(keysSeen()).toHaveLength(1);
});

it("unless the organization has consented; then the tiers follow in order under one hold", async () => {
  const ctx = await organization(["byok", "org_override"]);
  await consent(ctx);
  test.sandbox.settings.keys = { compatible: [keys.platform] };
  const { facts } = await ask(ctx);
  expect(keysSeen()).toEqual([keys.own, keys.override, keys.platform].map(digestOf));
  expect(facts.credentialTier).toBe("platform_default");
  expect(facts.attempts.map(({ credentialTier, outcome }) => [credentialTier, outcome])).toEqual([
    ["byok", "refused"],
    ["org_override", "refused"],
    ["platform_default", "answered"],
  ]);
  expect(await test.rows(ctx.organizationId)).toHaveLength(1);
  expect((await test.attempts(facts.operationId)).map(({ tier }) => tier)).toEqual([
    "byok",
    "org_override",
    "platform_default",
  ]);
});

it("no vendor key turns up in an error, whatever the vendor echoes", async () => {
  const ctx = await organization(["byok"]);
  for (const name of ["bad-request", "unauthorized", "server-error"]) {
    test.sandbox.script({ times: 1, faults: [{ name, message: "Incorrect API key provided: sk-own." }] });
    const error: unknown = await ask(ctx).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, ["message", "details", "cause", "stack", "issues"])).not.toContain(keys.own);
  }
});
