import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { actingFaults, documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import type { PaymentEffect } from "../../../sandbox/acting/payment-effects.ts";
import { makeOrder, setOrderAside, takeOrder } from "../../../sandbox/paypal/paypal-orders.ts";
import type { Order } from "../../../sandbox/paypal/paypal-store.ts";
import { createSubscription, startSubscription } from "../../../sandbox/paypal/paypal-subscriptions.ts";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { PaymentAct } from "../../contracts/payments/payment-act.ts";
import { payments } from "../../contracts/payments.ts";
import { NexusError } from "../../errors.ts";
import { paymentsActRequest, showRequest, type PaymentsActRequest } from "../../families/payments/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { newId } from "../../platform/ids.ts";

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
    // What one case does to a vendor says nothing to another one.
    admitRoute: () => true,
  };
});
afterAll(() => test.close());

const vendors = ["stripe", "paypal"] as const;
type VendorId = (typeof vendors)[number];

const attribution = { organizationId: "org_a", appId: undefined };

const requestAt = (
  provider: VendorId,
  act: PaymentAct,
  operation: PaymentsActRequest["operation"],
): PaymentsActRequest =>
  paymentsActRequest({
    operation,
    place: { question: { operation: operation.id, provider } },
    fee: undefined,
    identity: { act: act.kind },
    act,
    claim: async () => undefined,
  });

const orderAct = (reference: string, returnUrl?: string): PaymentAct => ({
  kind: "order.create",
  amount: 10_000n,
  currency: "USD",
  reference,
  metadata: {},
  attribution,
  description: undefined,
  capture: "auto",
  returnUrl,
  cancelUrl: undefined,
  customerEmail: undefined,
});

const checkoutAct = (reference: string): PaymentAct => ({
  kind: "checkout.create",
  mode: "payment",
  lines: [{ name: "Chairs", unit: { amount: 1_050n, currency: "USD" }, quantity: 1 }],
  reference,
  metadata: {},
  attribution,
  customerId: undefined,
  customerEmail: undefined,
  successUrl: "https://shop.example/done",
  cancelUrl: undefined,
  expiresAt: undefined,
});

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

const post = async (path: string, body: string): Promise<string> => {
  const response = await fetch(`${test.sandbox.stripe.access.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payer", "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const document: unknown = await response.json();
  const id = typeof document === "object" && document !== null && "id" in document ? document.id : undefined;
  if (typeof id !== "string") throw new Error("no payment");
  return id;
};

/** A payment of its own for each case, paid by the payer. */
const paid = (capture: "automatic" | "manual"): Promise<string> =>
  post(
    "/v1/payment_intents",
    `amount=10000&currency=usd&capture_method=${capture}&confirm=true&payment_method=pm_card_visa`,
  );

/** A customer with a subscription of its own, made by what a payer does on the page. */
const subscribed = async (): Promise<{ readonly customerId: string; readonly subscriptionId: string }> => {
  const session = await post(
    "/v1/checkout/sessions",
    "mode=subscription&line_items[0][price]=price_sandbox_monthly&line_items[0][quantity]=1&success_url=https://shop.example/done",
  );
  const { baseUrl } = test.sandbox.stripe.access;
  const body = new URLSearchParams({ payment_method: "pm_card_visa" });
  await fetch(`${baseUrl}/pay/${session}`, { method: "POST", body, redirect: "manual" });
  const made = test.sandbox.stripe.thing(session);
  return { customerId: String(made?.["customer"]), subscriptionId: String(made?.["subscription"]) };
};

const kinds = [
  "order",
  "checkout",
  "capture",
  "refund",
  "cancel",
  "customer",
  "portal",
  "subscription",
  "subscription end",
] as const;
type Kind = (typeof kinds)[number];

type Prepared = Partial<Readonly<Record<Kind, (reference: string) => Promise<PaymentsActRequest>>>>;

const requestOf = (act: PaymentAct, operation: PaymentsActRequest["operation"]): PaymentsActRequest =>
  requestAt("stripe", act, operation);

const atStripe: Prepared = {
  order: async (reference) => requestOf(orderAct(reference), payments.createOrder),
  checkout: async (reference) => requestOf(checkoutAct(reference), payments.createCheckout),
  capture: async () => {
    const paymentId = await paid("manual");
    return requestOf(
      { kind: "order.capture", objectId: paymentId, paymentId, amount: undefined },
      payments.captureOrder,
    );
  },
  refund: async () => {
    const paymentId = await paid("automatic");
    const amount = { amount: 2_500n, currency: "USD" } as const;
    return requestOf(
      { kind: "refund.create", objectId: paymentId, paymentId, ...amount, reason: undefined, attribution },
      payments.createRefund,
    );
  },
  cancel: async () => {
    const paymentId = await paid("manual");
    return requestOf({ kind: "order.cancel", objectId: paymentId, paymentId, reason: undefined }, payments.cancelOrder);
  },
  customer: async (reference) =>
    requestOf(
      { kind: "customer.create", email: `${reference}@shop.example`, name: undefined, metadata: {}, attribution },
      payments.createCustomer,
    ),
  portal: async () => {
    const { customerId } = await subscribed();
    return requestOf({ kind: "portal.create", customerId, returnUrl: "https://shop.example" }, payments.createPortal);
  },
  subscription: async () => {
    const { subscriptionId } = await subscribed();
    const change = { item: undefined, cancelAtPeriodEnd: true, proration: "none" } as const;
    return requestOf({ kind: "subscription.update", subscriptionId, ...change }, payments.updateSubscription);
  },
  "subscription end": async () => {
    const { subscriptionId } = await subscribed();
    const act = { kind: "subscription.cancel", subscriptionId, at: "now", prorate: false } as const;
    return requestOf(act, payments.cancelSubscription);
  },
};

const requestAtPaypal = (act: PaymentAct, operation: PaymentsActRequest["operation"]): PaymentsActRequest =>
  requestAt("paypal", act, operation);

/** What the payer has approved on the page. */
const approved = (intent: "CAPTURE" | "AUTHORIZE"): Order => {
  const { store } = test.sandbox.paypal;
  const amount = { currency_code: "USD", value: "100.00" };
  const order = makeOrder(store, { intent, purchase_units: [{ amount }] });
  return Object.assign(order, { status: "APPROVED", funding: "balance" });
};

const atPaypal: Prepared = {
  order: async (reference) => requestAtPaypal(orderAct(reference, "https://shop.example/paid"), payments.createOrder),
  checkout: async (reference) => requestAtPaypal(checkoutAct(reference), payments.createCheckout),
  capture: async () => {
    const act = { kind: "order.capture", objectId: approved("CAPTURE").id } as const;
    return requestAtPaypal({ ...act, paymentId: undefined, amount: undefined }, payments.captureOrder);
  },
  refund: async () => {
    const order = approved("CAPTURE");
    takeOrder(test.sandbox.paypal.store, order);
    const [capture] = order.captures;
    const amount = { amount: 2_500n, currency: "USD" } as const;
    const paid = { objectId: order.id, paymentId: capture?.id ?? "" };
    return requestAtPaypal(
      { kind: "refund.create", ...paid, ...amount, reason: undefined, attribution },
      payments.createRefund,
    );
  },
  cancel: async () => {
    const order = approved("AUTHORIZE");
    setOrderAside(test.sandbox.paypal.store, order);
    const paymentId = order.authorizations[0]?.id;
    return requestAtPaypal(
      { kind: "order.cancel", objectId: order.id, paymentId, reason: undefined },
      payments.cancelOrder,
    );
  },
  "subscription end": async () => {
    const { store } = test.sandbox.paypal;
    const subscription = createSubscription(store, { plan_id: "P-SANDBOXMONTHLY" });
    startSubscription(store, subscription);
    const act = { kind: "subscription.cancel", subscriptionId: subscription.id, at: "now", prorate: false } as const;
    return requestAtPaypal(act, payments.cancelSubscription);
  },
};

interface AtVendor {
  readonly prepared: Prepared;
  readonly wire: () => {
    readonly effects: () => readonly PaymentEffect[];
    readonly setScript: (script: (asked: { key: string | null; path: string }) => ActingFault | undefined) => void;
  };
  /** Faults after which the same request may be made again, and go through. */
  readonly again: readonly ActingFault[];
}

const again = ["in-progress", "maintenance", "drop-before-head", "error-without-field"] as const;

const at: Readonly<Record<VendorId, AtVendor>> = {
  stripe: { prepared: atStripe, wire: () => test.sandbox.stripe, again },
  paypal: {
    prepared: atPaypal,
    wire: () => test.sandbox.paypal,
    // It keeps no failure under a key, and a token that it refuses may be one that was withdrawn.
    again: [...again, "5xx-without-executing", "refuse-key"],
  },
};

interface Case {
  readonly kind: Kind;
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

it.each(vendors)(
  "every fault of every act at %s ends in a proof that agrees with the vendor's record, and nothing is done twice",
  async (vendor) => {
    const cases: Case[] = [];
    const { prepared, wire, again: mayGoOn } = at[vendor];
    for (const kind of kinds)
      for (const fault of documentedFaults) {
        const request = await prepared[kind]?.(`${kind}-${fault}`);
        if (request !== undefined) cases.push({ kind, fault, ctx: context(), request });
      }
    const { effects, setScript } = wire();
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
      const each = ofKey.get(key ?? "") ?? ofPath.get(key === null ? path : "");
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
      const { kind, fault, ctx } = each;
      const name = `${kind} ${fault}`;
      const [row, ...others] = await progressOf(ctx.organizationId);
      expect(others, name).toEqual([]);
      const expected = actingFaults[fault].executes === "no" ? "failed" : "succeeded";
      // Where the answer left it open, the same request was made again, and went through.
      const open = mayGoOn.includes(fault);
      // On a machine that is too busy the call's time is over before anything is sent.
      // A page that nobody was given the address of counts as none.
      // Without a key nothing is kept of a failure: the same request is made anew.
      const anew = kind === "subscription end" && fault === "5xx-without-executing";
      const either = anew || open || (kind === "portal" && expected === "succeeded");
      if (met.has(each)) expect(either ? ["succeeded", "failed"] : [expected], name).toContain(row?.progress);
      else expect(row?.progress, name).toBe("failed");
      const made = done.filter(({ operationId }) => operationId !== null && ofOperation.get(operationId) === each);
      if (kind === "order" || kind === "checkout" || kind === "refund" || kind === "customer")
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
