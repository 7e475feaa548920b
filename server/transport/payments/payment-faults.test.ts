import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { actingFaults, documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { actsAtVendors } from "../../../test/payment-acts/acts-at-vendors.ts";
import { triedActs, type TriedAct } from "../../../test/payment-acts/payment-acts.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { PaymentAct } from "../../contracts/payments/payment-act.ts";
import { NexusError } from "../../errors.ts";
import { showRequest, type PaymentsActRequest } from "../../families/payments/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { newId } from "../../platform/ids.ts";
import { providers } from "../../providers/index.ts";

let test: TestGateway;
let gateway: Gateway;

const settleMs = 1_500;

beforeAll(async () => {
  test = await openTestGateway();
  const fresh = test.fresh({ callTimeoutMs: 4_000 });
  const family = fresh.families.payments;
  const acts = family?.acts;
  if (family === undefined || acts === undefined) throw new Error("payments do not act");
  gateway = {
    ...fresh,
    // The vendor is quiet sooner than Stripe promises to be.
    families: {
      payments: { ...family, acts: { ...acts, rulesOf: (target) => ({ ...acts.rulesOf(target), settleMs }) } },
    },
    // What one case does to a vendor says nothing to another one: a key that is refused here would shut the credential for a minute.
    report: () => undefined,
  };
});
afterAll(() => test.close());

const context = (): CallContext =>
  test.context({
    idempotencyKey: newId(),
    permissions: new Set(["srv_nexus.payments:create", "srv_nexus.payments:manage"]),
  });

const run = async (ctx: CallContext, request: PaymentsActRequest): Promise<unknown> => {
  try {
    return (await call(gateway, request, ctx)).result;
  } catch (error) {
    if (NexusError.is(error)) return error;
    throw error;
  }
};

/** A change whose payer comes back to nowhere: refused where they have to approve it on a page. */
const unapproved: PaymentAct = {
  kind: "subscription.update",
  subscriptionId: "subscription",
  item: { itemId: "item", priceId: undefined, quantity: 3 },
  cancelAtPeriodEnd: undefined,
  proration: undefined,
  returnUrl: undefined,
  cancelUrl: undefined,
};

/** What is worth as much as the address of its page. */
const isPage = (vendor: string, kind: TriedAct): boolean =>
  kind === "portal" ||
  (kind === "subscription" && providers.get(vendor)?.payments?.unable?.(unapproved)?.field === "returnUrl");

/** What the vendor promises of such a request. */
const rulesAt = (vendor: string, { operation }: PaymentsActRequest) => {
  const rules = gateway.families.payments?.acts?.rulesOf({ vendor, operation: operation.id });
  if (rules === undefined) throw new Error(`${vendor} does not act`);
  return rules;
};

interface Case {
  readonly kind: TriedAct;
  readonly fault: ActingFault;
  readonly ctx: CallContext;
  readonly request: PaymentsActRequest;
}

const progressOf = async (organizationId: string) =>
  (
    await test.deps.db.pool.query<{ operationId: string; progress: string }>(
      `select operation_id as "operationId", nexus.progress_of(operation_id, state) as progress from nexus.operation where org_id = $1`,
      [organizationId],
    )
  ).rows;

it("every vendor of payments is tried", () => {
  const vendors = [...providers.values()].filter(({ payments: takes }) => takes !== undefined).map(({ id }) => id);
  expect(Object.keys(actsAtVendors).toSorted()).toEqual(vendors.toSorted());
});

it("what never reached Square is proved by its key, which Square cancels", async () => {
  const { prepared, wire } = actsAtVendors["square"]?.(test.sandbox) ?? {};
  const request = await prepared?.authorization?.("lost");
  if (request === undefined || wire === undefined) throw new Error("Square sets nothing aside");
  const ctx = context();
  const before = wire.effects().length;
  wire.setScript(({ path }) => (path === "/v2/payments" ? "drop-before-head" : undefined));
  expect(await run(ctx, request)).toMatchObject({ code: "OUTCOME_UNKNOWN" });
  const progress = async () => (await progressOf(ctx.organizationId))[0]?.progress;
  while (!["failed", "needs_review", "succeeded"].includes((await progress()) ?? "")) {
    await resolveUncertain(gateway);
    await sleep(200);
  }
  expect(await progress()).toBe("failed");
  expect(wire.effects().slice(before)).toEqual([]);
}, 60_000);

it.each(Object.entries(actsAtVendors))(
  "every fault of every act at %s ends in a proof that agrees with the vendor's record, and nothing is done twice",
  async (vendor, actsAt) => {
    const cases: Case[] = [];
    const { prepared, wire, again: mayGoOn } = actsAt(test.sandbox);
    for (const kind of triedActs)
      for (const fault of documentedFaults) {
        const request = await prepared[kind]?.(`${kind}-${fault}`);
        if (request !== undefined) cases.push({ kind, fault, ctx: context(), request });
      }
    const { effects, setScript } = wire;
    const before = effects().length;
    /** By our key at the vendor, and by operation: which case it is. */
    const ofKey = new Map<string, Case>();
    const ofOperation = new Map<string, Case>();
    /** A request that the vendor takes no key for, by its address. */
    const ofPath = new Map<string, Case>();
    const met = new Set<Case>();
    for (const each of cases) {
      const { request } = each;
      const { prepare } = request;
      Object.assign(request, {
        prepare: async (...args: Parameters<typeof prepare>) => {
          const [, { providerKey, operationId }] = args;
          ofKey.set(providerKey, each);
          ofOperation.set(operationId, each);
          const bytes = await prepare(...args);
          const { path } = showRequest(args[0], bytes);
          ofPath.set(path.split("?")[0] ?? path, each);
          return bytes;
        },
      });
    }
    // The fault meets the first request of its case; those after it go through.
    setScript(({ key, path }) => {
      const each = ofKey.get(key ?? "") ?? ofOperation.get(key ?? "") ?? ofPath.get(key === null ? path : "");
      if (each === undefined || met.has(each)) return undefined;
      met.add(each);
      return each.fault;
    });
    const heard = await Promise.all(cases.map(({ ctx, request }) => run(ctx, request)));
    const open = async (): Promise<number> => {
      const all = await Promise.all(cases.map(({ ctx }) => progressOf(ctx.organizationId)));
      return all.flat().filter(({ progress }) => !["succeeded", "failed", "needs_review"].includes(progress)).length;
    };
    while ((await open()) > 0) {
      await resolveUncertain(gateway);
      await sleep(200);
    }
    const done = effects().slice(before);
    for (const [position, each] of cases.entries()) {
      const { kind, fault, ctx, request } = each;
      const name = `${kind} ${fault}`;
      const [row, ...others] = await progressOf(ctx.organizationId);
      expect(others, name).toEqual([]);
      const expected = actingFaults[fault].executes === "no" ? "failed" : "succeeded";
      // Where the answer left it open, the same request was made again, and went through.
      const open = mayGoOn.includes(fault);
      // On a machine that is too busy the call's time is over before anything is sent.
      // A page that nobody was given the address of counts as none; so does the payer's of a change at PayPal.
      // Without a key nothing is kept of a failure: the same request is made anew.
      const rules = rulesAt(vendor, request);
      const isKeyless = rules.keyLifetimeMs === undefined;
      const anew = isKeyless && fault === "5xx-without-executing";
      const either = anew || open || (isPage(vendor, kind) && expected === "succeeded");
      // Without a key, and where it may show later, nobody can prove that nothing was done.
      const provable = !isKeyless || rules.lookUp === "strong";
      const unproved = !provable && expected === "failed";
      const ends = [...(either ? ["succeeded", "failed"] : [expected]), ...(unproved ? ["needs_review"] : [])];
      if (met.has(each)) expect(ends, name).toContain(row?.progress);
      else expect(row?.progress, name).toBe("failed");
      const made = done.filter(({ operationId }) => operationId !== null && ofOperation.get(operationId) === each);
      if (kind === "order" || kind === "checkout" || kind === "refund" || kind === "customer" || kind === "link")
        expect(made.length, name).toBe(row?.progress === "succeeded" ? 1 : 0);
      expect(heard[position], name).toBeDefined();
    }
    for (const kind of ["capture", "cancel", "subscription"] as const) {
      const objects = done.filter((effect) => effect.kind === kind).map(({ objectId }) => objectId);
      expect(new Set(objects).size).toBe(objects.length);
    }
  },
  120_000,
);
