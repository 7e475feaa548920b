import { z } from "zod";
import { defineProvider } from "../../../contracts/provider.ts";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { nothingMetered, ProviderError } from "../../../contracts/vendor-call.ts";
import { askStripeFor } from "./ask-stripe.ts";
import { contradicts } from "./contradicts.ts";
import { findChanged, findMade } from "./look-up-stripe.ts";
import { prepareStripe } from "./prepare-stripe.ts";
import {
  listRefunds,
  readCheckout,
  readCustomer,
  readLink,
  readOrder,
  readPrice,
  readRefund,
  readSubscription,
  readSubscriptions,
} from "./read-stripe.ts";
import { stripeCurrencies } from "./stripe-currencies.ts";
import { listStripeDisputes, readDispute } from "./stripe-disputes.ts";
import { stripeProbe } from "./stripe-probe.ts";
import { stripeFees } from "./stripe-fees.ts";
import { listStripeInvoices, readInvoice, unableToListAtStripe } from "./stripe-invoices.ts";
import { decodeAct, encodeAct } from "./stripe-request.ts";
import { vendorObjectOf, stripeTargetOf } from "./stripe-targets.ts";
import { tellUsage } from "./tell-usage.ts";

const hour = 3_600_000;

const rules: ActRules = {
  // https://docs.stripe.com/api/idempotent_requests: keys can be removed after at least 24 hours.
  keyLifetimeMs: 24 * hour,
  // Lists and objects show what was done at once; search does not, and is not used.
  lookUp: "strong",
  settleMs: hour / 4,
  cancelByKey: false,
};

/** With DELETE, by which a subscription is canceled at once, keys "have no effect": https://docs.stripe.com/api/idempotent_requests */
const keyless: ActRules = { ...rules, keyLifetimeMs: undefined };

/** Something was done, and not what was asked for: nobody but a person can tell what to do. */
const otherAmount = (vendorRequestId: string): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt: "unreadable",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status: 200,
    retryAfterMs: undefined,
    vendorRequestId,
    message: "The vendor answered another amount than it was asked for.",
  });

const payments: PaymentsVendor = {
  acts: new Set([
    "checkout.create",
    "checkout.expire",
    "order.create",
    "order.capture",
    "order.cancel",
    "refund.create",
    "link.create",
    "link.deactivate",
    "customer.create",
    "portal.create",
    "subscription.update",
    "subscription.cancel",
  ] as const),
  currencies: stripeCurrencies,
  unable: (act) =>
    act.kind === "subscription.update" && act.item?.amount !== undefined
      ? { field: "amount", expected: "a price: it takes what its prices say" }
      : undefined,
  rulesOf: (kind) => (kind === "subscription.cancel" ? keyless : rules),
  isPriceId: (id) => id.startsWith("price_") || id.startsWith("plan_"),
  prepare: async (act, identity) => encodeAct(await prepareStripe(act, identity)),
  show: (bytes) => decodeAct(bytes).request,
  send: async (bytes, io) => {
    const act = decodeAct(bytes);
    const target = stripeTargetOf(act);
    const { id, document } = await askStripeFor(act.request, target.object, io);
    const result = vendorObjectOf(target.kind, document);
    if (contradicts(act, result)) throw otherAmount(id);
    return { ...nothingMetered(id), result };
  },
  lookUp: (bytes, io) => {
    const act = decodeAct(bytes);
    const target = stripeTargetOf(act);
    return target.made ? findMade(act, target, io) : findChanged(act, target, io);
  },
  readCheckout,
  readOrder,
  readRefund,
  listRefunds,
  readCustomer,
  readSubscription,
  listSubscriptions: readSubscriptions,
  readLink,
  readInvoice,
  listInvoices: listStripeInvoices,
  unableToList: unableToListAtStripe,
  readDispute,
  listDisputes: listStripeDisputes,
  readPrice,
  tellUsage,
};

/** Stripe: checkouts, payment intents, refunds and subscriptions, with its SDK's requests on our transport. */
export const stripe = defineProvider({
  id: "stripe",
  name: "Stripe",
  family: "payments",
  credential: z.strictObject({
    apiKey: z
      .string()
      .min(8)
      .max(255)
      .regex(/^[\w-]+$/)
      .describe("Secret or restricted key, begins with sk_ or rk_"),
  }),
  defaultBaseUrl: "https://api.stripe.com",
  customBaseUrl: false,
  docsUrl: "https://docs.stripe.com/api",
  probe: stripeProbe,
  fees: stripeFees,
  payments,
});
