import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  askAgain,
  askUntilKnown,
  doneOf,
  type AskedCall,
  type FamilyCaller,
  type FamilyReply,
  type FamilyQuestion,
} from "./family-caller.ts";
import { capturedCents, type FamilyPlan } from "./family-plan.ts";
import type { FamilyVendorLine } from "./family-vendor.ts";
import { paymentKey } from "./payment-keys.ts";
import { addressOfKey } from "./run-address.ts";

/** A run with its own call, and those that had to come before it. */
export interface FamilyRun {
  readonly plan: FamilyPlan;
  /** Undefined where what it needs could not be made. */
  readonly call: AskedCall | undefined;
  /** The payment at the vendor that it captures or refunds. */
  readonly objectId: string | undefined;
  readonly question: FamilyQuestion | undefined;
}

/** What runs share: who calls, the vendors, and the payments that groups of runs refund. */
export interface FamilyScene {
  readonly caller: (poor: boolean) => FamilyCaller;
  readonly lines: ReadonlyMap<string, FamilyVendorLine>;
  readonly origin: string;
  /** Vendors whose orders are approved on a page of theirs. */
  readonly redirecting: ReadonlySet<string>;
  /** What the form of a vendor gives for an order that is captured later, where no page sets one aside. */
  readonly formTokens: ReadonlyMap<string, string>;
  /** Calls that are no run's own. */
  readonly others: AskedCall[];
  readonly payments: Map<string, Promise<ReadyPayment | undefined>>;
}

interface ReadyPayment {
  readonly orderId: string;
  readonly objectId: string;
}

const returning = ({ redirecting, origin }: FamilyScene, vendor: string) =>
  redirecting.has(vendor) ? { returnUrl: `${origin}/done`, cancelUrl: `${origin}/cancelled` } : {};

const usd = (cents: number) => ({ amount: String(cents), currency: "USD" });

const Waiting = z.object({ next: z.string().nullable() });

/** What an order waits for; null where it waits for nothing, or nobody can say. */
const nextOf = async ({ headers, gateway }: FamilyCaller, orderId: string): Promise<string | null> => {
  const until = Date.now() + 15_000;
  while (Date.now() < until) {
    try {
      const response = await fetch(`${gateway() ?? "http://127.0.0.1:9"}/api/payments/orders/${orderId}`, { headers });
      return Waiting.parse(await response.json()).next;
    } catch {
      await sleep(200);
    }
  }
  return null;
};

/** An order that its payer has paid for; captured, unless its capture is what is to be tried. */
const makePayment = async (
  scene: FamilyScene,
  vendor: string,
  name: string,
  captures: boolean,
): Promise<ReadyPayment | undefined> => {
  const { caller, lines, others } = scene;
  const formToken = captures ? undefined : scene.formTokens.get(vendor);
  const ask = async (step: string, operation: AskedCall["operation"], path: string, body: unknown, about?: string) => {
    const asked = await askUntilKnown(caller(false), { key: paymentKey(step, name), operation, path, body });
    others.push(about === undefined ? asked : { ...asked, about });
    return doneOf(asked);
  };
  const order = {
    reference: `ready-${name}`,
    amount: usd(capturedCents),
    provider: vendor,
    ...(formToken === undefined ? returning(scene, vendor) : {}),
  };
  const made = await ask("order", "payments.order.create", "payments/orders", {
    ...order,
    capture: captures ? "auto" : "manual",
  });
  const [orderId, objectId] = [made?.orderId ?? null, made?.objectId ?? null];
  if (orderId === null || objectId === null) return undefined;
  await lines.get(vendor)?.pay(objectId);
  // Some vendors wait to be told what others do once the payer has paid.
  for (let next = await nextOf(caller(false), orderId); next !== null; next = await nextOf(caller(false), orderId)) {
    if (next !== "authorize" && (next !== "capture" || !captures)) break;
    const body = next === "authorize" && formToken !== undefined ? { paymentToken: formToken } : {};
    const done = await ask(next, `payments.order.${next}`, `payments/orders/${orderId}/${next}`, body, objectId);
    if (done === undefined) return undefined;
  }
  return { orderId, objectId };
};

const payment = (scene: FamilyScene, { vendor, group, operation }: FamilyPlan): Promise<ReadyPayment | undefined> => {
  const known = scene.payments.get(group);
  if (known !== undefined) return known;
  const making = makePayment(scene, vendor, group, operation === "payments.refund.create");
  scene.payments.set(group, making);
  return making;
};

interface Wanted {
  readonly path: string;
  readonly body: unknown;
}

const creation = ({ group, provider }: FamilyPlan) => ({
  reference: group,
  ...(provider === undefined ? {} : { provider }),
});

const wantedOf = (plan: FamilyPlan, scene: FamilyScene, ready: ReadyPayment | undefined): Wanted => {
  const { operation, key, amount, provider, delivery } = plan;
  const { origin } = scene;
  switch (operation) {
    case "email.send":
      return {
        path: "email/send",
        body: {
          from: addressOfKey(key),
          to: [`to-${key}@example.org`],
          subject: key,
          text: "It was done.",
          delivery,
          ...(provider === undefined ? {} : { provider }),
        },
      };
    case "payments.checkout.create": {
      const lines = [{ name: "Chairs", amount: usd(amount) }];
      return {
        path: "payments/checkouts",
        body: { ...creation(plan), mode: "payment", lines, successUrl: `${origin}/done` },
      };
    }
    case "payments.order.create":
      return {
        path: "payments/orders",
        body: { ...creation(plan), ...returning(scene, plan.vendor), amount: usd(amount) },
      };
    case "payments.order.capture":
      return { path: `payments/orders/${ready?.orderId}/capture`, body: {} };
    case "payments.refund.create":
      return { path: "payments/refunds", body: { orderId: ready?.orderId, amount: usd(amount) } };
  }
};

/** One run: what it needs is made, and then it asks until it knows. */
export const runFamily = async (scene: FamilyScene, plan: FamilyPlan): Promise<FamilyRun> => {
  const { operation, key, leavesAfterMs, poor } = plan;
  const needsPayment = operation === "payments.order.capture" || operation === "payments.refund.create";
  const ready = needsPayment ? await payment(scene, plan) : undefined;
  if (needsPayment && ready === undefined) return { plan, call: undefined, objectId: undefined, question: undefined };
  const question = { key, operation, ...wantedOf(plan, scene, ready), leavesAfterMs };
  const call = await askUntilKnown(scene.caller(poor), question);
  return { plan, call, objectId: ready?.objectId, question };
};

/** The same question once all has settled. What never was an operation may be one now, and is left alone. */
export const askRunAgain = async (scene: FamilyScene, run: FamilyRun): Promise<FamilyRun> => {
  const { plan, call, question } = run;
  if (call === undefined || question === undefined || !call.replies.some(({ operationId }) => operationId !== null))
    return run;
  return { ...run, call: await askAgain(scene.caller(plan.poor), question, call) };
};

/** The last word that a caller had. */
export const lastWord = ({ call }: FamilyRun): FamilyReply | undefined => call?.replies.at(-1);
