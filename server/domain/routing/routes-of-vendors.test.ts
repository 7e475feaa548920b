import { describe, expect, test } from "vitest";
import type { CredentialTier } from "../../contracts/units.ts";
import type { Circuit } from "./route.ts";
import { routesOfVendors, type VendorQuestion, type VendorWorld } from "./routes-of-vendors.ts";

interface Payer {
  readonly id: string;
  readonly version: number;
  readonly tier: CredentialTier;
}

const payer = (id: string, tier: CredentialTier): Payer => ({ id, version: 1, tier });
const closed: Circuit = { state: "closed" };
const send = "email.send";

const worldOf = (
  payers: Readonly<Record<string, readonly Payer[]>>,
  more: Partial<VendorWorld<Payer>["preferences"]> = {},
  circuit: VendorWorld<Payer>["circuit"] = () => closed,
): VendorWorld<Payer> => ({
  vendors: [
    { id: "courier", operations: new Set([send, "email.get"]) },
    { id: "postal", operations: new Set([send]) },
  ],
  preferences: { vendorOrder: [], fallback: true, byokPolicy: "strict", ...more },
  credentialsOf: (vendor) => payers[vendor] ?? [],
  admitted: true,
  circuit,
});

const ways = (question: Partial<VendorQuestion>, world: VendorWorld<Payer>): string[] =>
  routesOfVendors({ operation: send, ...question }, world).map(
    ({ vendor, credential }) => `${vendor}:${credential.id}`,
  );

const both = { courier: [payer("c0", "platform_default")], postal: [payer("p0", "platform_default")] };

describe("the vendors of a request to act", () => {
  test("the organization's own key comes before every other tier, whichever vendor is preferred", () => {
    const payers = { ...both, postal: [payer("own", "byok"), payer("p0", "platform_default")] };
    expect(ways({}, worldOf(payers, { vendorOrder: ["courier"], byokPolicy: "fallback-with-consent" }))).toEqual([
      "postal:own",
      "courier:c0",
      "postal:p0",
    ]);
  });

  test("without consent no other tier stands in for the one that pays", () => {
    const payers = { courier: [payer("own", "byok"), payer("c0", "platform_default")], postal: both.postal };
    expect(ways({}, worldOf(payers))).toEqual(["courier:own"]);
    const over = { courier: [payer("over", "org_override")], postal: both.postal };
    expect(ways({}, worldOf(over))).toEqual(["courier:over"]);
  });

  test("within a tier the organization's order decides, and one route is left where it wants no other", () => {
    expect(ways({}, worldOf(both, { vendorOrder: ["postal"] }))).toEqual(["postal:p0", "courier:c0"]);
    expect(ways({}, worldOf(both, { fallback: false }))).toEqual(["courier:c0"]);
  });

  test("the vendor that is named is the only one, and must be able to do it", () => {
    expect(ways({ provider: "postal" }, worldOf(both))).toEqual(["postal:p0"]);
    expect(() => ways({ provider: "postal", operation: "email.get" }, worldOf(both))).toThrow(
      expect.objectContaining({ code: "CAPABILITY_MISSING" }),
    );
    expect(() => ways({ provider: "couriers" }, worldOf(both))).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", details: { field: "provider", didYouMean: "courier" } }),
    );
  });

  test("where the caller wants its own key alone, nobody else pays", () => {
    expect(() => ways({ credentialPolicy: "byok_only" }, worldOf(both))).toThrow(
      expect.objectContaining({ code: "CREDENTIAL_MISSING" }),
    );
    const payers = { ...both, postal: [payer("own", "byok")] };
    const world = worldOf(payers, { byokPolicy: "fallback-with-consent" });
    expect(ways({ credentialPolicy: "byok_only" }, world)).toEqual(["postal:own"]);
  });

  test("what is shut is passed over, and the reason given where everything is", () => {
    const open: Circuit = { state: "open", scope: "credential", reason: "credential", retryAfterMs: 5_000 };
    const shut = (id: string) => worldOf(both, {}, (vendor) => (vendor === id ? open : closed));
    expect(ways({}, shut("courier"))).toEqual(["postal:p0"]);
    expect(() =>
      ways(
        {},
        worldOf(both, {}, () => open),
      ),
    ).toThrow(expect.objectContaining({ code: "PROVIDER_AUTH_FAILED", retryAfterMs: 5_000 }));
  });

  test("nobody who pays is told by whether the platform may", () => {
    expect(() => ways({}, worldOf({}))).toThrow(expect.objectContaining({ code: "CREDENTIAL_MISSING" }));
    expect(() => ways({}, { ...worldOf({}), admitted: false })).toThrow(
      expect.objectContaining({ code: "NOT_ADMITTED" }),
    );
  });
});
