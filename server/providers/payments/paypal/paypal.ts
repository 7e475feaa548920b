import { z } from "zod";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentActKind } from "../../../contracts/payments/payment-act.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { fillPath } from "../../../contracts/wire-path.ts";
import { lookUpPaypal } from "./look-up-paypal.ts";
import { paypalCurrencies } from "./paypal-currencies.ts";
import { listPaypalDisputes, readPaypalDispute } from "./paypal-disputes.ts";
import { askForToken } from "./paypal-token.ts";
import { paypalFees } from "./paypal-fees.ts";
import { listPaypalInvoices, readPaypalInvoice, unableToListAtPaypal } from "./paypal-invoices.ts";
import { decodePaypalAct, encodePaypalAct } from "./paypal-request.ts";
import { preparePaypal, unableAtPaypal } from "./prepare-paypal.ts";
import {
  listPaypalRefunds,
  readPaypalCheckout,
  readPaypalOrder,
  readPaypalRefund,
  readPaypalSubscription,
  readPlanPrice,
} from "./read-paypal.ts";
import { sendPaypal } from "./send-paypal.ts";

const hour = 3_600_000;

/*
 * The lifetimes are those of the header `PayPal-Request-Id` in each API's specification: Orders 6 hours, Payments 45 days,
 * Subscriptions 72 hours; https://developer.paypal.com/api/rest/reference/idempotency/.
 */
const ofOrders = 6 * hour;
const ofPayments = 45 * 24 * hour;

const settled = { settleMs: hour / 4, cancelByKey: false } as const;
/** No list shows what was made: it is found by its key, or not at all. A subscription's key lives longer than an order's. */
const creation: ActRules = { ...settled, keyLifetimeMs: ofOrders, lookUp: "none" };
/** An order shows at once what was done to it. */
const change: ActRules = { ...settled, keyLifetimeMs: ofOrders, lookUp: "strong" };
const keyless: ActRules = { ...settled, keyLifetimeMs: undefined, lookUp: "strong" };

/**
 * It keeps no customers and has no page for them, and its public API makes no payment links: people make those in its dashboard.
 */
type PaypalAct = Exclude<PaymentActKind, "customer.create" | "portal.create" | "link.create" | "link.deactivate">;

const rules: Readonly<Record<PaypalAct, ActRules>> = {
  "checkout.create": creation,
  "checkout.capture": change,
  "checkout.expire": keyless,
  "order.create": creation,
  "order.authorize": change,
  "order.capture": change,
  "order.cancel": keyless,
  "subscription.update": keyless,
  "subscription.cancel": keyless,
  "refund.create": { ...settled, keyLifetimeMs: ofPayments, lookUp: "strong" },
};

const isPaypalAct = (kind: PaymentActKind): kind is PaypalAct => Object.hasOwn(rules, kind);

const payments: PaymentsVendor = {
  acts: new Set(Object.keys(rules) as PaypalAct[]),
  currencies: paypalCurrencies,
  unable: unableAtPaypal,
  rulesOf: (kind) => (isPaypalAct(kind) ? rules[kind] : keyless),
  prepare: async (act, identity) => encodePaypalAct(preparePaypal(act, identity)),
  show: (bytes) => {
    const { method, path, values, headers, body } = decodePaypalAct(bytes).request;
    return { method, path: fillPath(path, values) ?? path, headers, body };
  },
  send: (bytes, io) => sendPaypal(decodePaypalAct(bytes), io),
  lookUp: (bytes, io) => lookUpPaypal(decodePaypalAct(bytes), io),
  readCheckout: readPaypalCheckout,
  readOrder: readPaypalOrder,
  readRefund: readPaypalRefund,
  listRefunds: listPaypalRefunds,
  readSubscription: readPaypalSubscription,
  readInvoice: readPaypalInvoice,
  listInvoices: listPaypalInvoices,
  unableToList: unableToListAtPaypal,
  readDispute: readPaypalDispute,
  listDisputes: listPaypalDisputes,
  isPriceId: (id) => id.startsWith("P-"),
  readPrice: readPlanPrice,
};

const part = z
  .string()
  .min(8)
  .max(255)
  .regex(/^[\x21-\x7e]+$/);

/** PayPal: orders with their captures, authorizations and refunds, and subscriptions, over its REST API. */
export const paypal = defineProvider({
  id: "paypal",
  name: "PayPal",
  family: "payments",
  credential: z.strictObject({
    clientId: part.describe("Client ID of a REST app"),
    clientSecret: part.describe("Its secret"),
  }),
  defaultBaseUrl: "https://api-m.paypal.com",
  // PayPal's own test environment has another one: https://api-m.sandbox.paypal.com
  customBaseUrl: true,
  docsUrl: "https://developer.paypal.com/api/rest/",
  // https://developer.paypal.com/api/rest/authentication/
  probe: {
    asks: "asks for an access token",
    ask: async (io) => {
      await askForToken(io);
      return { limited: false };
    },
  },
  fees: paypalFees,
  payments,
});
