import type { ActRules } from "../../../server/contracts/act-rules.ts";
import type { ActingVendorOptions } from "../../../sandbox/acting/acting-vendor.ts";

/** After a vendor's key deadline it may forget the key at any moment: ours does so at once, whatever it promises. */
const keyLifetimeMs = 600_000 + 20_000;
const forgottenAfterMs = 22_000;
/** Longer than the latest late execution. */
const settleMs = 2_500;
const lateMs = 1_200;

interface ActingVendorPlan {
  /** What is promised to the gateway. */
  readonly rules: ActRules;
  /** How the vendor behaves. */
  readonly behaviour: Pick<
    ActingVendorOptions,
    "keys" | "keyLifetimeMs" | "lookUp" | "visibleAfterMs" | "cancelByKey" | "mismatchStatus" | "lateMs" | "workMs"
  >;
}

const keyed = { keys: "header", keyLifetimeMs: forgottenAfterMs, lateMs, workMs: 5 } as const;
const keyless = { keys: "none", lateMs, workMs: 5 } as const;
const rules = (more: Partial<ActRules>): ActRules => ({
  keyLifetimeMs: undefined,
  lookUp: "none",
  settleMs,
  cancelByKey: false,
  ...more,
});

/** Vendors with and without keys, with and without look-up: one of each kind that there is. */
export const actingVendors = {
  /** Like Stripe: keys, and everything shows at once. */
  courier: {
    rules: rules({ keyLifetimeMs, lookUp: "strong" }),
    behaviour: { ...keyed, lookUp: "strong", mismatchStatus: 400 },
  },
  /** No keys; what was done shows at once. */
  carrier: { rules: rules({ lookUp: "strong" }), behaviour: { ...keyless, lookUp: "strong" } },
  /** Like Square: keys that can be cancelled, and no look-up. */
  postal: {
    rules: rules({ keyLifetimeMs, cancelByKey: true }),
    behaviour: { ...keyed, lookUp: "none", cancelByKey: true, mismatchStatus: 409 },
  },
  /** Like Postmark: no keys, and what was done shows after a while. */
  pigeon: { rules: rules({ lookUp: "eventual" }), behaviour: { ...keyless, lookUp: "eventual", visibleAfterMs: 800 } },
  /** Like SMTP: nothing to recognize a repeat by, nobody to ask. */
  bottle: { rules: rules({}), behaviour: { ...keyless, lookUp: "none" } },
} as const satisfies Record<string, ActingVendorPlan>;

export type ActingVendorName = keyof typeof actingVendors;
export const actingVendorNames = Object.keys(actingVendors) as ActingVendorName[];
