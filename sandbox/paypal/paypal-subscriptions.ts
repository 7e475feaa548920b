import type { z } from "zod";
import { notFound, unprocessable } from "./paypal-refusal.ts";
import type { ReviseRequest, SubscriptionRequest } from "./paypal-requests.ts";
import { paypalEffectOf, type PaypalStore, type PaypalPlan, type Revision, type Subscription } from "./paypal-store.ts";

const planOf = (store: PaypalStore, id: string): PaypalPlan => {
  const plan = store.plans.get(id);
  if (plan === undefined) throw notFound();
  return plan;
};

/** https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_create */
export const createSubscription = (store: PaypalStore, request: z.infer<typeof SubscriptionRequest>): Subscription => {
  const plan = planOf(store, request.plan_id);
  const context = request.application_context;
  const made: Subscription = {
    kind: "subscription",
    id: `I-${store.newId(12)}`,
    createdMs: store.now(),
    changedMs: store.now(),
    customId: request.custom_id ?? null,
    returnUrl: context?.return_url ?? null,
    cancelUrl: context?.cancel_url ?? null,
    userAction: context?.user_action ?? "SUBSCRIBE_NOW",
    planId: plan.id,
    quantity: Number(request.quantity ?? "1"),
    status: "APPROVAL_PENDING",
    email: request.subscriber?.email_address ?? null,
    note: null,
    lastPayment: null,
    revision: null,
  };
  store.subscriptions.set(made.id, made);
  store.effects.did({ kind: "checkout", ...paypalEffectOf(made, null) });
  return made;
};

/** What the payer approves begins at once, with the first payment where the plan has no trial. */
export const startSubscription = (store: PaypalStore, one: Subscription): void => {
  const plan = planOf(store, one.planId);
  one.email ??= "payer@example.com";
  one.changedMs = store.now();
  if (one.userAction !== "SUBSCRIBE_NOW") {
    one.status = "APPROVED";
    return;
  }
  one.status = "ACTIVE";
  if (plan.trial) return;
  one.lastPayment = { units: plan.price.units * one.quantity, currency: plan.price.currency, atMs: store.now() };
  store.effects.did({ kind: "payment", ...paypalEffectOf(one, one.lastPayment) });
};

const moves = {
  suspend: { from: ["ACTIVE"], to: "SUSPENDED" },
  activate: { from: ["SUSPENDED", "APPROVED"], to: "ACTIVE" },
  cancel: { from: ["ACTIVE", "SUSPENDED"], to: "CANCELLED" },
} as const satisfies Record<string, { readonly from: readonly string[]; readonly to: string }>;
export type Move = keyof typeof moves;

export const isMove = (verb: string): verb is Move => Object.hasOwn(moves, verb);

/** https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_suspend, …_activate, …_cancel: none of them has a key. */
export const moveSubscription = (store: PaypalStore, one: Subscription, verb: Move, reason: string): void => {
  const { from, to } = moves[verb];
  if (!from.some((status) => status === one.status)) throw unprocessable("SUBSCRIPTION_STATUS_INVALID");
  Object.assign(one, { status: to, note: reason, changedMs: store.now() });
  if (verb === "cancel") store.effects.did({ kind: "cancel", ...paypalEffectOf(one, null) });
};

/** https://developer.paypal.com/docs/api/subscriptions/v1/#subscriptions_revise */
export const reviseSubscription = (
  store: PaypalStore,
  one: Subscription,
  request: z.infer<typeof ReviseRequest>,
): void => {
  if (one.status !== "ACTIVE") throw unprocessable("SUBSCRIPTION_STATUS_INVALID");
  const context = request.application_context;
  one.revision = {
    planId: request.plan_id === undefined ? one.planId : planOf(store, request.plan_id).id,
    quantity: request.quantity === undefined ? one.quantity : Number(request.quantity),
    returnUrl: context?.return_url ?? one.returnUrl,
    cancelUrl: context?.cancel_url ?? one.cancelUrl,
  };
};

/** "This type of update requires the buyer's consent": until then everything is as it was. */
export const approveRevision = (one: Subscription, { planId, quantity }: Revision): void => {
  Object.assign(one, { planId, quantity, revision: null });
};
