import { z } from "zod";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { jsonPayments } from "../_json/json-payments.ts";
import {
  actAtRazorpay,
  findAtRazorpay,
  listRazorpayRefunds,
  readRazorpayCheckout,
  readRazorpayOrder,
  readRazorpayRefund,
} from "./act-at-razorpay.ts";
import { prepareRazorpay, unableAtRazorpay } from "./prepare-razorpay.ts";
import { razorpayCurrencies } from "./razorpay-currencies.ts";
import { jsonProbe } from "../_json/json-probe.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { razorpayWire } from "./razorpay-wire.ts";
import { razorpayFees } from "./razorpay-fees.ts";

const settleMs = 900_000;

/** There are no keys for these, and nothing says how soon a list shows what was made: what is not found needs a person. */
const made: ActRules = { keyLifetimeMs: undefined, lookUp: "eventual", settleMs, cancelByKey: false };
/** A payment and a link show by their ids what was done to them. */
const changed: ActRules = { ...made, lookUp: "strong" };
/** https://razorpay.com/docs/api/refunds/ names the header `X-Refund-Idempotency`, and no lifetime. */
const refunded: ActRules = { ...changed, keyLifetimeMs: "unknown" };

const payments: PaymentsVendor = {
  ...jsonPayments({
    rules: {
      "checkout.create": made,
      "checkout.expire": changed,
      "order.create": made,
      "order.capture": changed,
      "refund.create": refunded,
    },
    prepare: prepareRazorpay,
    carryOut: actAtRazorpay,
    find: findAtRazorpay,
  }),
  currencies: razorpayCurrencies,
  unable: unableAtRazorpay,
  readCheckout: readRazorpayCheckout,
  readOrder: readRazorpayOrder,
  readRefund: readRazorpayRefund,
  listRefunds: listRazorpayRefunds,
  isPriceId: () => false,
};

const part = z.string().min(8).max(255).regex(/^\w+$/);

/** Razorpay, declared: payment links, orders, captures and refunds. Tried with the sandbox, never with an account. */
export const razorpay = defineProvider({
  id: "razorpay",
  name: "Razorpay",
  family: "payments",
  credential: z.strictObject({
    clientId: part.describe("Key id, begins with rzp_"),
    clientSecret: part.describe("Its secret"),
  }),
  defaultBaseUrl: "https://api.razorpay.com",
  customBaseUrl: false,
  docsUrl: "https://razorpay.com/docs/api/",
  // https://razorpay.com/docs/api/orders/fetch-all/
  probe: jsonProbe(razorpayWire, {
    asks: "lists one order",
    request: () => jsonRequest({ path: "/v1/orders?count=1" }),
    isAnswer: ({ entity }) => entity === "collection",
  }),
  fees: razorpayFees,
  payments,
});
